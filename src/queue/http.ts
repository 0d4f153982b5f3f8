import { messageOf } from '../core/errors.js'
import { isPassingStatus } from '../core/http-status.js'
import { RefusedJobError, UnreachedError } from './job-errors.js'
import type { KnownContent } from './queue-job.js'
import { shownAddress } from './shown-address.js'

/** So long a server that does not answer is waited for. */
const ANSWER_MS = 20_000
/** Servers that answer so cannot be asked for the head of a recording alone. */
const NO_HEAD: readonly number[] = [403, 405, 501]

/** What a server has of a recording. */
export interface Remote {
  readonly content: KnownContent
  readonly body: AsyncIterable<Uint8Array>
}

/**
 * What a server tells of a recording, without the recording itself.
 * @throws RefusedJobError when it is not there, or not open to us; UnreachedError when there is no answer
 */
export async function askHttp(address: string, signal?: AbortSignal): Promise<KnownContent> {
  const head = await requested(address, 'HEAD', signal)
  if (!NO_HEAD.includes(head.status)) return contentOf(good(address, head))
  const answer = await requested(address, 'GET', signal)
  void answer.body?.cancel()
  return contentOf(good(address, answer))
}

/**
 * Asks for a recording.
 * @throws as `askHttp`
 */
export async function getHttp(address: string, signal?: AbortSignal): Promise<Remote> {
  const answer = good(address, await requested(address, 'GET', signal))
  return { content: contentOf(answer), body: (answer.body ?? []) as AsyncIterable<Uint8Array> }
}

async function requested(address: string, method: 'HEAD' | 'GET', stop?: AbortSignal): Promise<Response> {
  const late = new AbortController()
  const timer = setTimeout(() => late.abort(new Error('it does not answer')), ANSWER_MS)
  try {
    // Bytes as they are: else the length that is told would be that of something else.
    const headers = { 'accept-encoding': 'identity', ...authorization(address) }
    const signal = AbortSignal.any([late.signal, ...(stop ? [stop] : [])])
    return await fetch(withoutUser(address), { method, headers, signal })
  } catch (cause) {
    const why = cause instanceof Error && cause.cause !== undefined ? cause.cause : cause
    throw new UnreachedError(`${shownAddress(address)} cannot be reached: ${messageOf(why)}`)
  } finally {
    clearTimeout(timer)
  }
}

/** What `fetch` does not take in an address goes into a header. */
function authorization(address: string): Readonly<Record<string, string>> {
  const { username, password } = new URL(address)
  if (username === '' && password === '') return {}
  const pair = [username, password].map(decodeURIComponent).join(':')
  return { authorization: `Basic ${Buffer.from(pair).toString('base64')}` }
}

function withoutUser(address: string): URL {
  const url = new URL(address)
  url.username = ''
  url.password = ''
  return url
}

function good(address: string, answer: Response): Response {
  const { ok, status } = answer
  if (ok) return answer
  void answer.body?.cancel()
  const message = `${shownAddress(address)} cannot be read: the server answers ${status}`
  // What a server has too much to do for now may be there later; what it refuses stays refused.
  if (isPassingStatus(status)) throw new UnreachedError(message)
  throw new RefusedJobError(message, { hint: 'check the address and the right to read it' })
}

function contentOf({ headers }: Response): KnownContent {
  const size = headers.get('content-length')
  const etag = headers.get('etag')
  const changed = headers.get('last-modified')
  return {
    ...(size !== null && /^\d{1,15}$/.test(size) && { size: Number(size) }),
    ...(etag && { etag }),
    // An ETag says it better, and is the same on all servers that have the recording.
    ...(changed && !etag && { changed }),
  }
}
