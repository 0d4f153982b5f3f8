import type { FastifyReply } from 'fastify'
import { AsrStreamError, hintedMessageOf, InputError, ModelError, messageOf, UsageError } from '../../core/errors.js'
import type { Log } from '../../core/types.js'
import { Refusal } from '../session-pool/refusal.js'

/** What a client is told of a failure. */
export interface ToldFailure {
  /** Status of HTTP. */
  readonly status: number
  readonly message: string
  /** Stable name, such as "ASR_INPUT". */
  readonly code: string
  /** The key or field at fault; null: none, or not known. */
  readonly field: string | null
  readonly retryAfterSec?: number | undefined
  readonly details: Readonly<Record<string, unknown>>
}

const REFUSALS = {
  full: 503,
  'too-many': 429,
  stopping: 503,
  'too-large': 413,
  'too-long': 413,
  forbidden: 403,
} as const

/** Closing codes of WebSocket: 1008 breaks a rule, 1011 our fault, 1013 try again later. */
export function closingCode({ status }: ToldFailure): number {
  if (status === 503 || status === 429) return 1013
  return status >= 500 ? 1011 : 1008
}

/** What is wrong with a request, found by a protocol itself. */
export class RequestFault extends Error {
  /** @param field the field at fault */
  constructor(
    message: string,
    readonly field: string | null = null,
    readonly status = 400,
  ) {
    super(message)
  }
}

/** For whom something failed. */
export interface Failed {
  /** The client or its session, for the log. */
  readonly name: string
  /** Whether it has gone: then that work for it was broken off is no failure. */
  readonly hasGone: boolean
}

/** The client that is answered. */
export function clientOfReply({ request, raw }: FastifyReply): Failed {
  return { name: `client ${request.ip}`, hasGone: raw.destroyed && !raw.writableFinished }
}

/**
 * What a client is told: what it did wrong, in the words of the program; of our own failures only that they happened, which
 * the log has whole.
 */
export function toldFailure(error: unknown, log: Log, { name, hasGone }: Failed): ToldFailure {
  const plain = { field: null, details: {} }
  if (error instanceof Refusal) {
    const { kind, message, retryAfterSec } = error
    return {
      ...plain,
      status: REFUSALS[kind],
      message,
      code: `ASR_${kind.toUpperCase().replace('-', '_')}`,
      retryAfterSec,
    }
  }
  if (error instanceof RequestFault) {
    return { ...plain, status: error.status, message: error.message, code: 'ASR_REQUEST', field: error.field }
  }
  if (error instanceof UsageError) {
    const { message, hint, code, details } = error
    const field = [details.option, details.key].find((key) => typeof key === 'string') ?? null
    return { status: 422, message: hint === undefined ? message : `${message}; ${hint}`, code, field, details }
  }
  if (error instanceof InputError) return { ...plain, status: 400, message: error.message, code: error.code }
  const status = (error as { readonly statusCode?: unknown } | null)?.statusCode
  if (typeof status === 'number' && status >= 400 && status < 500) {
    return { ...plain, status, message: messageOf(error), code: 'ASR_REQUEST' }
  }
  if (hasGone && error instanceof Error && error.name === 'AbortError')
    log.info(`${name} has gone before it was served`)
  else log.error(`${name}: a request failed: ${hintedMessageOf(error)}`)
  if (error instanceof Error) log.debug(error.stack ?? '')
  const message = error instanceof ModelError ? 'the model cannot be loaded' : 'recognition has failed'
  return { ...plain, status: 500, message, code: error instanceof AsrStreamError ? error.code : 'ASR_SERVER' }
}
