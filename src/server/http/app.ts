import multipart from '@fastify/multipart'
import websocket from '@fastify/websocket'
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import type { Log } from '../../core/types.js'
import { clientOfReply, type ToldFailure, toldFailure } from './failures.js'
import { refuseBeforeUpgrade } from './full-server.js'
import { type AccessRules, answeredSubprotocol, isAllowedOrigin, judgeRequest } from './guard.js'
import type { Metrics } from './metrics.js'
import { limitRate } from './rate-limit.js'
import type { Spans } from './spans.js'

/** Of a body in JSON. */
const MAX_JSON_BYTES = 10_000_000
/** Of a message over WebSocket; half a minute of audio in base64. */
const MAX_MESSAGE_BYTES = 4_000_000
/** Slower headers are an attack. */
const HEADERS_MS = 10_000
/** A connection without a request is closed after this. */
const KEEP_ALIVE_MS = 30_000

/** What an app is made with. */
export interface AppOptions {
  readonly guard: AccessRules
  readonly log: Log
  readonly metrics: Metrics
  readonly spans: Spans
  /** Throws a Refusal for an address that has asked for too much lately. */
  readonly admit: (address: string) => void
  /** Throws a Refusal when there is no place for a session of an address. */
  readonly refuseWhenFull: (address: string) => void
  /** Milliseconds that a request may take to arrive. */
  readonly requestMs: number
}

const HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; worker-src 'self' blob:; style-src 'self'; img-src 'self' data:; media-src 'self' blob:; connect-src 'self' ws: wss:; base-uri 'none'; form-action 'self'; frame-ancestors 'self'",
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'microphone=(self), camera=(), geolocation=()',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'SAMEORIGIN',
}

/** An HTTP server with limits, checks and headers, and no routes yet. */
export async function createApp({
  guard,
  log,
  metrics,
  spans,
  admit,
  refuseWhenFull,
  ...limits
}: AppOptions): Promise<FastifyInstance> {
  const app = fastify({
    logger: false,
    bodyLimit: MAX_JSON_BYTES,
    requestTimeout: limits.requestMs,
    keepAliveTimeout: KEEP_ALIVE_MS,
    forceCloseConnections: 'idle',
    http: { headersTimeout: HEADERS_MS, maxHeaderSize: 16_384 },
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: 200 },
  })
  app.server.on('error', (error) => log.warn(`a client cannot be taken: ${error.message}`))
  app.server.on('connection', (socket) => socket.setKeepAlive(true, 30_000))
  spans.observe(app)
  app.addHook('onRequest', async (request, reply) => {
    reply.headers(HEADERS)
    if (allowsOrigin(request, reply, guard) && request.method === 'OPTIONS') return reply.code(204).send()
    const judged = judgeRequest({ url: request.url, headers: request.headers }, guard)
    if (judged === null) return
    if (judged.status === 401) reply.header('www-authenticate', 'Bearer')
    log.info(`a request is refused: ${judged.why}`)
    return reply.code(judged.status).send(plainly({ message: judged.why, code: 'ASR_FORBIDDEN', field: null }))
  })
  limitRate(app, admit, log)
  app.addHook('onResponse', async (request, reply) => {
    metrics.answered(request.routeOptions.url ?? 'none', reply.statusCode, reply.elapsedTime / 1000)
  })
  app.setErrorHandler((error, _request, reply) =>
    answerFailure(reply, toldFailure(error, log, clientOfReply(reply)), plainly),
  )
  app.setNotFoundHandler((_request, reply) =>
    reply.code(404).send(plainly({ message: 'there is nothing here', code: 'ASR_NOT_FOUND', field: null })),
  )
  await app.register(websocket, {
    options: { maxPayload: MAX_MESSAGE_BYTES, handleProtocols: answeredSubprotocol, perMessageDeflate: false },
  })
  // After the plugin, which tells what wants a WebSocket.
  refuseBeforeUpgrade(app, refuseWhenFull, admit)
  await app.register(multipart)
  // The body of a recording is read by whoever takes recordings, piece by piece.
  app.addContentTypeParser('*', (_request, _body, done) => done(null))
  return app
}

/** Answers that a request failed, in the form of a protocol. */
export function answerFailure(
  reply: FastifyReply,
  failure: ToldFailure,
  form: (failure: ToldFailure) => object,
): FastifyReply {
  if (failure.retryAfterSec !== undefined) reply.header('retry-after', String(failure.retryAfterSec))
  return reply.code(failure.status).send(form(failure))
}

/** Lets a page of another origin read the answer, and ask for it: preflights come without a token. */
function allowsOrigin({ headers }: FastifyRequest, reply: FastifyReply, { origins }: AccessRules): boolean {
  const { origin, host = '' } = headers
  if (origin === undefined || !isAllowedOrigin(origin, host, origins)) return false
  reply.headers({
    'access-control-allow-origin': origin,
    'access-control-allow-headers': 'authorization, content-type, x-api-key, x-session-id',
    'access-control-allow-methods': 'GET, POST',
    'cross-origin-resource-policy': 'cross-origin',
    vary: 'origin',
  })
  return true
}

type Told = Pick<ToldFailure, 'message' | 'code' | 'field'>

const plainly = ({ message, code, field }: Told) => ({ error: { message, code, field } })
