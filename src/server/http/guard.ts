import { createHash, timingSafeEqual } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'

/** Who may use the server. */
export interface AccessRules {
  /** The secret that clients give; null: none is asked for. */
  readonly token: string | null
  /** Other origins whose pages may use the server. */
  readonly origins: readonly string[]
  /** Whether only programs of this machine reach the server: then requests name it as theirs. */
  readonly isLoopback: boolean
}

/** What a request is judged by. */
export interface JudgedRequest {
  readonly url: string
  readonly headers: IncomingHttpHeaders
}

/** Paths that tell nothing and change nothing: the page itself, and how the server is. */
const OPEN_PATHS = new Set(['/', '/healthz', '/readyz', '/overlay', '/favicon.ico'])
const OPEN_FOLDER = '/page/'
/** Queries and subprotocols that carry a token, where clients can give no header. */
const QUERIES = ['token', 'access_token', 'api_key']
const SUBPROTOCOL_PREFIXES = ['openai-insecure-api-key.', 'token.']

/**
 * Judges a request.
 * @returns null when it may pass; else the status and why not
 */
export function judgeRequest(
  { url, headers }: JudgedRequest,
  { token, origins, isLoopback }: AccessRules,
): { readonly status: 401 | 403; readonly why: string } | null {
  const host = headers.host ?? ''
  if (isLoopback && token === null && !isLoopbackName(host)) {
    // A page elsewhere may give its name this machine's address.
    return { status: 403, why: 'the name of the host is not of this machine' }
  }
  const { origin } = headers
  if (origin !== undefined && !isAllowedOrigin(origin, host, origins)) {
    return { status: 403, why: 'pages of this origin are not let in; see --allow-origin' }
  }
  const [path = ''] = url.split('?')
  if (token === null || (OPEN_PATHS.has(path) && headers.upgrade === undefined) || path.startsWith(OPEN_FOLDER))
    return null
  const given = tokensOf(url, headers)
  if (given.some((one) => isSame(one, token))) return null
  return { status: 401, why: given.length === 0 ? 'a token is needed' : 'the token is wrong' }
}

/** Whether an origin may read answers. */
export function isAllowedOrigin(origin: string, host: string, origins: readonly string[]): boolean {
  if (origins.includes(origin)) return true
  // Programs with a web view, and files, have the origin "null": they are let in only by name.
  return URL.canParse(origin) && new URL(origin).host === host && host !== ''
}

/** Whether a host, as a request names it, is this machine. */
export function isLoopbackName(host: string): boolean {
  const name = host.replace(/:\d+$/, '').toLowerCase()
  return name === 'localhost' || name === '[::1]' || /^127(\.\d{1,3}){3}$/.test(name)
}

/** Clients want one of the subprotocols that they offer: one that carries no token, where there is one. */
export function answeredSubprotocol(offered: ReadonlySet<string>): string | false {
  const [first = false] = offered
  return [...offered].find((one) => !SUBPROTOCOL_PREFIXES.some((prefix) => one.startsWith(prefix))) ?? first
}

function tokensOf(url: string, headers: IncomingHttpHeaders): readonly string[] {
  const { authorization = '' } = headers
  const [, bearer] = /^(?:bearer|token)\s+(.+)$/i.exec(authorization) ?? []
  const [, basic] = /^basic\s+(.+)$/i.exec(authorization) ?? []
  const password =
    basic === undefined
      ? undefined
      : Buffer.from(basic, 'base64')
          .toString()
          .replace(/^[^:]*:/, '')
  const query = new URLSearchParams(url.split('?')[1] ?? '')
  const protocols = (headers['sec-websocket-protocol'] ?? '').split(',').map((one) => one.trim())
  return [
    bearer,
    password,
    ...QUERIES.map((name) => query.get(name) ?? undefined),
    headers['x-api-key']?.toString(),
    ...protocols.flatMap((one) =>
      SUBPROTOCOL_PREFIXES.map((prefix) => (one.startsWith(prefix) ? one.slice(prefix.length) : undefined)),
    ),
    // Deepgram's clients offer "token" and then the token itself.
    ['token', 'bearer'].includes(protocols[0] ?? '') ? protocols[1] : undefined,
  ].filter((one) => one !== undefined && one !== '') as readonly string[]
}

/** Takes as long whatever is given. */
function isSame(given: string, token: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(given), digest(token))
}
