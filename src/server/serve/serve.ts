import { once } from 'node:events'
import type { AddressInfo, Socket } from 'node:net'
import { relative, resolve } from 'node:path'
import type { FastifyInstance } from 'fastify'
import { within } from '../../core/closing.js'
import { InputError, messageOf, UsageError } from '../../core/errors.js'
import type { Log } from '../../core/types.js'
import { abortAfter } from '../../transcriber/shutdown.js'
import { createApp } from '../http/app.js'
import { isLoopbackName } from '../http/guard.js'
import type { ServerKit } from '../http/kit.js'
import { createMetrics } from '../http/metrics.js'
import { createSpans } from '../http/spans.js'
import { UploadBudget } from '../http/uploads.js'
import { deepgram } from '../protocols/deepgram.js'
import { guide } from '../protocols/guide.js'
import { openAiFiles } from '../protocols/openai-files.js'
import { openAiRealtime } from '../protocols/openai-realtime.js'
import { ownStream } from '../protocols/own-stream.js'
import { vosk } from '../protocols/vosk.js'
import { wyomingServer } from '../protocols/wyoming.js'
import { type ConnectionLimits, limitConnections } from '../session-pool/connections.js'
import type { ModelShelf } from '../session-pool/model-shelf.js'
import { SessionPool } from '../session-pool/session-pool.js'
import { serveTcp } from '../tcp/tcp-server.js'
import { health } from './health.js'
import { page } from './page.js'

/** Connections beyond those of sessions: probes, pages, refusals. */
const MORE_CONNECTIONS = 256
/** ... of one address: browsers open six, a house behind one address some dozens. */
const MORE_CONNECTIONS_PER_ADDRESS = 64
/** The slowest upload that is waited for, in bytes a second. */
const MIN_UPLOAD_RATE = 50_000
const MIN_REQUEST_MS = 60_000
/** What is still being said when everything has been given up. */
const FAREWELL_SEC = 2

/** Where a server listens, whom it lets in, and how much it takes on. */
export interface ServeOptions {
  readonly host: string
  /** 0: any that is free. */
  readonly port: number
  /** Of the lines of `asr-stream listen`; absent: not served. */
  readonly tcpPort?: number | undefined
  /** Of Wyoming; absent: not served. */
  readonly wyomingPort?: number | undefined
  readonly token?: string | undefined
  /** Whether another host than this machine needs a token. */
  readonly auth: boolean
  readonly allowOrigin: readonly string[]
  readonly allowModelDir: readonly string[]
  readonly maxSessions: number
  readonly maxPerAddress?: number | undefined
  /** Requests and connections of one address in a minute. */
  readonly maxRequestsPerMinute: number
  readonly idleSec: number
  readonly updateSec: number
  /** Of one file, in megabytes. */
  readonly maxUpload: number
  /** Megabytes of the process beyond which nobody new is taken; absent: any number. */
  readonly maxMemory?: number | undefined
  /** Of the audio of one client, in seconds. */
  readonly maxDuration: number
  /** Seconds in which clients get the rest of their text. */
  readonly drainTimeout: number
  readonly models: ModelShelf
  readonly log: Log
  readonly version: string
  readonly stop: AbortSignal
  /** Called with what is served, and where. */
  readonly onListening: (what: string, address: string) => void
}

/**
 * @throws UsageError when anybody could use the server without having been meant to
 */
export function refuseOpenHost({ host, token, auth }: Pick<ServeOptions, 'host' | 'token' | 'auth'>): void {
  if (isLoopback(host) || token !== undefined || !auth) return
  throw new UsageError(`--host ${host} lets others in, and there is no --token`, {
    hint: 'give ASR_STREAM_TOKEN or --token, or --no-auth if everybody may use it',
  })
}

/**
 * Serves all protocols until it is stopped and the last session has ended.
 * @throws InputError when it cannot listen there; UsageError as `refuseOpenHost`
 */
export async function serve(options: ServeOptions): Promise<void> {
  refuseOpenHost(options)
  const { host, port, models, log, stop, maxSessions, drainTimeout, maxUpload } = options
  const giveUp = abortAfter(stop, drainTimeout)
  const metrics = createMetrics(() => ({
    sessions: pool.places.taken,
    maxSessions,
    filesRunning: pool.files.running,
    filesWaiting: pool.files.waiting,
    isReady: pool.hasRoom,
  }))
  const spans = await createSpans(options.version)
  const pool = new SessionPool({ ...options, maxAudioSec: options.maxDuration, meter: metrics, tracing: spans, giveUp })
  const kit: ServerKit = {
    pool,
    models,
    log,
    uploads: new UploadBudget(maxUpload * 1e6, options.idleSec, (bytes) => pool.uploadRate.rest(bytes)),
    version: options.version,
    mayLoad: (folder) => options.allowModelDir.some((allowed) => isWithin(folder, allowed)),
  }
  const app = await createApp({
    guard: { token: options.token ?? null, origins: options.allowOrigin, isLoopback: isLoopback(host) },
    log,
    metrics,
    spans,
    admit: (address) => pool.admit(address),
    refuseWhenFull: (address) => pool.refuseWhenFull(address),
    requestMs: Math.max(MIN_REQUEST_MS, (1000 * maxUpload * 1e6) / MIN_UPLOAD_RATE),
  })
  limitConnections(app.server, connectionLimits(options), pool.options.log)
  pool.openFiles.watch(app.server)
  health(app, { pool, metrics, version: options.version })
  const index = page(app)
  for (const protocol of [openAiFiles, openAiRealtime, deepgram, ownStream, guide]) protocol(app, kit)
  vosk(app, kit, index)
  await listening(app, host, port)
  options.onListening('http', `http://${placeOf(app.server.address())}`)
  const others = [serveLines(options, pool, giveUp), serveWyoming(options, kit)]
  try {
    if (!stop.aborted) await Promise.race([once(stop, 'abort'), ...others.map(forever)])
    await within(drainTimeout + FAREWELL_SEC, Promise.all([pool.ended(), ...others]))
  } finally {
    for (const client of app.websocketServer.clients) client.close(1001, 'the server is being stopped')
    await within(FAREWELL_SEC, app.close())
    app.server.closeAllConnections()
  }
}

function connectionLimits({ maxSessions, maxPerAddress = maxSessions }: ServeOptions): ConnectionLimits {
  return { total: maxSessions + MORE_CONNECTIONS, ofOne: maxPerAddress + MORE_CONNECTIONS_PER_ADDRESS }
}

/** Fails when the work fails, and never ends by itself. */
async function forever(work: Promise<unknown>): Promise<never> {
  await work
  return new Promise(() => {})
}

/** Protocols without a token are for this machine, unless everybody may use the server. */
function plainHost({ host, auth }: ServeOptions): string {
  return isLoopback(host) || !auth ? host : '127.0.0.1'
}

async function serveWyoming(options: ServeOptions, kit: ServerKit): Promise<void> {
  const { wyomingPort: port, stop } = options
  if (port === undefined) return
  const sockets = new Set<Socket>()
  const server = wyomingServer(kit)
  limitConnections(server, connectionLimits(options), kit.pool.options.log)
  kit.pool.openFiles.watch(server)
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  const host = plainHost(options)
  server.listen({ host, port })
  await once(server, 'listening').catch((cause: unknown) => {
    throw notListening(host, port, cause)
  })
  options.onListening('wyoming', placeOf(server.address()))
  if (!stop.aborted) await once(stop, 'abort')
  server.close()
  await kit.pool.ended()
  for (const socket of sockets) socket.end()
}

async function serveLines(options: ServeOptions, pool: SessionPool, giveUp: AbortSignal): Promise<void> {
  const { tcpPort, models } = options
  if (tcpPort === undefined) return
  await serveTcp({
    ...options,
    host: plainHost(options),
    port: tcpPort,
    giveUp,
    shared: pool,
    lease: () => models.lease(),
    onListening: (address) => options.onListening('tcp', address),
  })
}

async function listening(app: FastifyInstance, host: string, port: number): Promise<void> {
  try {
    await app.listen({ host, port })
  } catch (cause) {
    throw notListening(host, port, cause)
  }
}

function notListening(host: string, port: number, cause: unknown): InputError {
  const isTaken = (cause as NodeJS.ErrnoException).code === 'EADDRINUSE'
  const why = isTaken ? 'another program listens there' : messageOf(cause)
  return new InputError(`cannot listen on ${host}:${port}: ${why}`, { cause, hint: 'give another port or --host' })
}

function placeOf(place: AddressInfo | string | null): string {
  if (typeof place !== 'object' || place === null) return String(place)
  const { address, port, family } = place
  return `${family === 'IPv6' ? `[${address}]` : address}:${port}`
}

function isLoopback(host: string): boolean {
  return isLoopbackName(host.includes(':') ? `[${host}]` : host)
}

function isWithin(folder: string, allowed: string): boolean {
  const path = relative(resolve(allowed), resolve(folder))
  return path === '' || !(path.startsWith('..') || resolve(path) === path)
}
