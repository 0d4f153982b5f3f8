import { messageOf } from '../../core/errors.js'
import type { Service } from './options.js'
import { parseRetryAfter } from './retry.js'
import { ServiceError } from './service-error.js'

const MAX_QUOTE = 300
/** Shorter pieces of a key may be anything. */
const MIN_FORM = 8
const PASSING = new Set([408, 409, 429])

/** What a message about a request needs to know. */
export interface Situation {
  readonly url: URL
  readonly service: Service
  readonly model: string
  readonly timeoutSec: number
}

/** The service answered, but not with a transcription. */
export function refusal(
  { response, body }: { readonly response: Response; readonly body: string },
  situation: Situation,
): ServiceError {
  const { status, headers } = response
  const said = errorText(body)
  const isBroke = errorCode(body) === 'insufficient_quota'
  const { what, hint } = meaning(status, said, isBroke, situation, headers.get('location'))
  const quote = said === '' ? '' : `: ${quoted(said, situation)}`
  return new ServiceError(`${nameOf(situation)} ${what} (${status})${quote}`, {
    status,
    hint,
    mayPass: (PASSING.has(status) && !isBroke) || status >= 500,
    retryAfterSec: parseRetryAfter(headers.get('retry-after'), Date.now()),
    reached: true,
  })
}

/** What the service gave for a transcription is none. */
export function badAnswer(body: string, situation: Situation, problem: string | null = null): ServiceError {
  const isPage = /^\s*</.test(body)
  const looks = body.trim() === '' ? 'an empty answer' : isPage ? 'a web page' : 'something that is not JSON'
  const said = errorText(body)
  const quote = said === '' || isPage ? '' : `: ${quoted(said, situation)}`
  return new ServiceError(`${nameOf(situation)} gave ${problem ?? looks} instead of a transcription${quote}`, {
    hint: baseUrlHint(situation),
    mayPass: false,
    reached: true,
  })
}

/** The service gave far more than a transcription of the audio can be. */
export function endlessAnswer(situation: Situation, cause: Error): ServiceError {
  return new ServiceError(`${nameOf(situation)} gave too long an answer for so much audio: ${cause.message}`, {
    hint: baseUrlHint(situation),
    mayPass: false,
    reached: true,
    cause,
  })
}

/** The service did not answer in time. */
export function timeoutFailure(situation: Situation, cause: unknown): ServiceError {
  return new ServiceError(`${nameOf(situation)} did not answer within ${situation.timeoutSec} s`, {
    hint: 'wait longer with --option timeoutSec=..., or send less at once',
    mayPass: true,
    reached: true,
    cause,
  })
}

/** The service was not reached, or fell silent. */
export function connectionFailure(situation: Situation, error: unknown): ServiceError {
  const cause = rootOf(error)
  const code = String((cause as NodeJS.ErrnoException).code ?? '')
  const { hostname, host } = situation.url
  const fail = (what: string, hint: string, reached = false, mayPass = true) =>
    new ServiceError(what, { hint, mayPass, reached, cause: error })
  if (code === 'ECONNREFUSED') {
    return fail(`nothing listens at ${host}: the connection is refused`, 'start the server, or check the base URL')
  }
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') {
    return fail(`the host ${hostname} is not known (${code})`, 'check the base URL and the network')
  }
  if (isAboutTls(code, cause)) {
    const hint = 'check http or https in the base URL; for a certificate of your own set NODE_EXTRA_CA_CERTS'
    return fail(`no secure connection to ${host}: ${messageOf(cause)}`, hint, false, false)
  }
  const isNoWay = /^(ECONNABORTED|EHOSTUNREACH|ENETUNREACH|ETIMEDOUT|UND_ERR_CONNECT_TIMEOUT)$/.test(code)
  const message = quoted(messageOf(cause), situation)
  return fail(
    isNoWay ? `${host} cannot be reached (${code})` : `the request to ${host} failed: ${message}`,
    'check the network and the server',
    !isNoWay,
  )
}

function meaning(
  status: number,
  said: string,
  isBroke: boolean,
  { service, model, ...situation }: Situation,
  location: string | null,
): { readonly what: string; readonly hint: string } {
  const { key, keyVariable } = service
  if (status >= 300 && status < 400) {
    return {
      what: 'redirects elsewhere',
      hint: `give the right base URL; it redirects to ${plain(location ?? 'nowhere')}`,
    }
  }
  if (status === 401) {
    const hint = key === null ? `set it: export ${keyVariable}=your-key` : `check the key in ${keyVariable}`
    return { what: key === null ? 'wants a key' : 'refuses the key', hint }
  }
  if (status === 403) {
    return { what: 'denies access', hint: `check what the key in ${keyVariable} may do, and from where` }
  }
  if (status === 404) {
    return {
      what: 'has no such address, or no such model',
      hint: `${baseUrlHint(situation)}, and the model "${model}"`,
    }
  }
  if (status === 413) return { what: 'finds the audio too long', hint: 'leave out --offline, or cut the audio' }
  if (isBroke)
    return { what: 'refuses because the account has no credit', hint: `check the account of the key in ${keyVariable}` }
  if (status === 429) return { what: 'gets too many requests', hint: 'send fewer: --min-chunk-size 3, or --vac' }
  if (status >= 500) return { what: 'has trouble', hint: 'try again later, or give more --option retries=...' }
  const isFormat = /response_format|verbose_json|timestamp_granularities/.test(said)
  const formatHint = 'take another model, or text without times: --option responseFormat=json'
  return { what: 'refuses the request', hint: isFormat ? formatHint : 'check the options' }
}

const baseUrlHint = ({ url }: { readonly url: URL }) =>
  `check the base URL (now ${url.origin}${url.pathname.replace(/\/audio\/\w+$/, '')}; it usually ends in /v1)`

/** What stands after "?" may be secret. */
const nameOf = ({ url }: Situation) => `the service at ${url.origin}${url.pathname}`

/** Servers say what is wrong in several ways; a web page says nothing that is worth a line. */
function errorText(body: string): string {
  const parsed = parsedObject(body)
  if (parsed === null) return /^\s*</.test(body) ? '' : body.trim()
  const { error, detail, message } = parsed
  const inner = typeof error === 'object' && error !== null ? (error as { message?: unknown }).message : error
  const said = inner ?? detail ?? message ?? ''
  return typeof said === 'string' ? said : JSON.stringify(said)
}

function errorCode(body: string): unknown {
  return (parsedObject(body)?.error as { code?: unknown } | null | undefined)?.code
}

function parsedObject(body: string): Readonly<Record<string, unknown>> | null {
  try {
    const parsed: unknown = JSON.parse(body)
    return typeof parsed === 'object' ? (parsed as Readonly<Record<string, unknown>> | null) : null
  } catch {
    return null
  }
}

/** Some servers repeat the key, also in another form. */
function quoted(text: string, { service: { key } }: Situation): string {
  const shown = plain(formsOf(key).reduce((left, form) => left.replaceAll(form, '[key]'), text))
  return shown.length > MAX_QUOTE ? `${shown.slice(0, MAX_QUOTE)}...` : shown
}

/** A key as it is, in an address, and in base64, where the last digits depend on what follows. */
function formsOf(key: string | null): readonly string[] {
  if (key === null) return []
  const encoded = (['base64', 'base64url'] as const).map((form) => Buffer.from(key).toString(form))
  const begins = encoded.map((text) => text.replace(/.{0,2}=*$/, '')).filter((text) => text.length >= MIN_FORM)
  return [key, encodeURIComponent(key), ...encoded, ...begins]
}

/** In one line, and without anything that a terminal would obey. */
const plain = (text: string) => text.replace(/[\s\p{Cc}\p{Cf}]+/gu, ' ').trim()

/** The HTTP client's own error says "fetch failed" only; several addresses that failed come as one error with many. */
function rootOf(error: unknown): unknown {
  const inner = (error as { cause?: unknown } | null)?.cause
  if (inner === undefined) return error
  const [first] = (inner as { errors?: readonly unknown[] }).errors ?? []
  return first ?? rootOf(inner)
}

function isAboutTls(code: string, cause: unknown): boolean {
  return /CERT|SSL|TLS|UNABLE_TO_|SELF_SIGNED|EPROTO/.test(`${code} ${(cause as Error).name}`)
}
