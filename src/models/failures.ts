import { HubApiError } from '@huggingface/hub'
import { BodyError } from '../core/bounded-body.js'
import { AsrStreamError, ModelError, messageOf } from '../core/errors.js'
import { isPassingStatus } from '../core/http-status.js'
import { ownValue } from '../core/own-value.js'

/** What was wanted when something failed. */
export interface Wanted {
  readonly repository: string
  /** Absent: the description of the repository. */
  readonly path?: string
  /** Where it was looked for. */
  readonly url: string
  /** What helps by hand; a sentence without a stop. */
  readonly byHand: string
}

/** The server answered that it will not give it. */
export class StatusError extends Error {
  readonly statusCode: number

  constructor(statusCode: number) {
    super(`HTTP ${statusCode}`)
    this.statusCode = statusCode
  }
}

/** What came is not what was said to come. */
export class DamagedError extends Error {}

/** What came is not the answer of a Hub; the message says what about it. */
export class UnfitAnswerError extends Error {}

/** The connection ended early. */
export class BrokenError extends Error {}

/** Names of failures on the way to a server. */
const UNREACHABLE = ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'ENETUNREACH', 'EHOSTUNREACH']
/** Names of failures of the disk. */
const DISK: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  EACCES: 'the folder may not be written',
  EPERM: 'the folder may not be written',
  EROFS: 'the folder may not be written',
  ELOOP: 'there is a link where a file should be',
}

/** Who answers nonsense is perhaps no Hub. */
const CHECK_ENDPOINT = 'check HF_ENDPOINT and what stands between'

/** Whether it may well work a moment later. */
export function isPassing(error: unknown): boolean {
  const status = statusOf(error)
  if (status !== undefined) return isPassingStatus(status)
  if (error instanceof DamagedError || error instanceof BrokenError) return true
  if (error instanceof BodyError) return error.kind === 'stalled'
  const code = codeOf(error)
  if (code !== undefined && (UNREACHABLE.includes(code) || ownValue(DISK, code) !== undefined)) return false
  return isOfNetwork(error)
}

/** An error for the user: which file of which model, from where, why, and how to provide it by hand. */
export function asModelError(error: unknown, wanted: Wanted): AsrStreamError {
  if (error instanceof AsrStreamError) return error
  const { repository, path, url, byHand } = wanted
  const what = path === undefined ? `model ${repository}` : `${path} of model ${repository}`
  const code = codeOf(error)
  if (code !== undefined && UNREACHABLE.includes(code)) {
    return new ModelError(`${what} is not here, and there is no connection (${code}) to ${new URL(url).origin}`, {
      hint: 'check the network; docs/models.md says how to bring a model by hand',
      cause: error,
    })
  }
  const [reason, advice] = explain(error, wanted)
  return new ModelError(`${what} cannot be downloaded from ${url}: ${reason}`, {
    hint: `${advice === '' ? '' : `${advice}, or `}${byHand}`,
    cause: error,
  })
}

function explain(error: unknown, { path }: Wanted): readonly [reason: string, advice: string] {
  const status = statusOf(error)
  if (status === 401) {
    // The Hub does not tell a stranger which repositories there are.
    return ['it is not there, or not open to everybody (401)', 'check the name, or give a token with HF_TOKEN']
  }
  if (status === 403) return ['the token may not read it (403)', 'ask for access on its page, or give another HF_TOKEN']
  if (status === 404) {
    return path === undefined
      ? ['there is no such model or revision (404)', 'check the name and --revision']
      : ['there is no such file (404)', 'choose another --precision or --revision']
  }
  if (status !== undefined) return [`the server failed (${status})`, 'try again later']
  const code = codeOf(error)
  const reason = code === undefined ? undefined : ownValue(DISK, code)
  if (reason !== undefined) return [reason, 'give another folder with --model-cache-dir']
  if (error instanceof DamagedError) return [error.message, 'try again']
  if (error instanceof UnfitAnswerError) return [`the answer is not that of a Hub: ${error.message}`, CHECK_ENDPOINT]
  if (error instanceof BodyError && error.kind === 'too long')
    return [`the answer has no end: ${error.message}`, CHECK_ENDPOINT]
  return [isOfNetwork(error) ? `the connection broke (${code ?? messageOf(error)})` : messageOf(error), 'try again']
}

function statusOf(error: unknown): number | undefined {
  return error instanceof HubApiError || error instanceof StatusError ? error.statusCode : undefined
}

/** The code of an error or of what led to it. */
function codeOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined
  if ('code' in error && typeof error.code === 'string') return error.code
  return codeOf(error.cause)
}

/** fetch throws a TypeError whatever happens; what led to it says more. */
function isOfNetwork(error: unknown): boolean {
  if (error instanceof BrokenError || error instanceof BodyError) return true
  const code = codeOf(error) ?? ''
  return /^(UND_ERR|ECONN|EPIPE|ETIMEDOUT|HPE_)/.test(code) || (error instanceof TypeError && error.cause !== undefined)
}
