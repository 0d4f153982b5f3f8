import { once } from 'node:events'
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import { systemClock } from '../../audio/pacing/system-clock.js'
import { InputError, isOutOfFiles, messageOf, OUT_OF_FILES_HINT } from '../../core/errors.js'
import type { Transcriber } from '../../transcriber/transcriber.js'
import { FairShare } from '../session-pool/fair-share.js'
import { fewWarnings } from '../session-pool/few-warnings.js'
import { OpenFiles } from '../session-pool/open-files.js'
import { Patience } from '../session-pool/patience.js'
import { Places } from '../session-pool/places.js'
import type { RequestRates } from '../session-pool/request-rates.js'
import type { Tracing } from '../session-pool/tracing.js'
import { type ClientContext, tcpClient } from './tcp-client.js'

/** Connections beyond the sessions that are told so; more are cut without a word. */
const MAX_REFUSALS = 256
/** A client that was refused may read why for so long. */
const REFUSAL_MS = 2000

/** Who has connected and says nothing may lose the place after so many seconds. */
const SILENT_SEC = 10
/** No recognition of some seconds of audio takes so long, unless it never ends. */
const UPDATE_SEC = 300
/** A client whose machine has vanished is noticed after some of these. */
const CONNECTIONS = { allowHalfOpen: true, noDelay: true, keepAlive: true, keepAliveInitialDelay: 30_000 } as const

/** Where a server listens, and how much it takes on. */
export interface TcpServerOptions extends Omit<ClientContext, 'share' | 'patience' | 'transcriber'> {
  /** The model of a client that comes; it is given back when the client has gone. */
  readonly lease: () => { readonly transcriber: Transcriber; release(): void }
  /** What clients share with those of other servers of the same models; absent: nothing. */
  readonly shared?: {
    readonly share: FairShare
    readonly patience: Patience
    readonly places: Places
    readonly rates: RequestRates
    readonly tracing: Tracing
    readonly openFiles: OpenFiles
  }
  readonly host: string
  /** 0: any that is free. */
  readonly port: number
  /** Streams at once. */
  readonly maxSessions: number
  /** Streams at once from one address; absent: all but one. This machine may have all. */
  readonly maxPerAddress?: number | undefined
  /** Who has said nothing for so many seconds from the start on loses the place to a newcomer; absent: 10. */
  readonly silentSec?: number
  /** Seconds that the backend may take for one update of a client; absent: 300. */
  readonly updateSec?: number | undefined
  /** Called with the address it listens on. */
  readonly onListening: (address: string) => void
}

/**
 * Serves streams over TCP, as whisper_online_server.py does: 16 kHz audio comes in, lines go out. Resolves when it is
 * stopped and the last stream has ended.
 *
 * Ref: whisper_online_server.py, server loop.
 *
 * @throws InputError when it cannot listen there
 */
export async function serveTcp(options: TcpServerOptions): Promise<void> {
  const { host, port, maxSessions, stop, silentSec = SILENT_SEC, updateSec = UPDATE_SEC } = options
  const { maxPerAddress = Math.max(1, maxSessions - 1) } = options
  const log = fewWarnings(options.log, systemClock)
  const sessions = new Set<Promise<void>>()
  const places = options.shared?.places ?? new Places({ most: maxSessions, maxPerAddress, silentSec })
  const { share, patience } = options.shared ?? {
    share: new FairShare(systemClock, stop),
    patience: new Patience(updateSec, systemClock),
  }
  const server = createServer(CONNECTIONS, (socket) => {
    // Without a listener an error of one connection would end the program; the session sees it as the end.
    socket.on('error', (error) => log.debug(`connection: ${messageOf(error)}`))
    // It has gone before anybody looked.
    if (socket.remoteAddress === undefined) return void socket.destroy()
    if (isTooMuch(options.shared?.rates, socket)) return refuse(socket, 'too many connections of one address')
    const { transcriber, release } = options.lease()
    const client = tcpClient(socket, {
      ...options,
      log,
      share,
      patience,
      tracing: options.shared?.tracing,
      transcriber,
    })
    const why = stop.aborted ? `all ${maxSessions} sessions are taken` : places.take(client)
    if (why !== null) {
      release()
      log.info(`a client is refused: ${why}`)
      return refuse(socket, why)
    }
    const session = client.serve().finally(() => {
      places.leave(client)
      release()
      sessions.delete(session)
    })
    sessions.add(session)
  })
  server.maxConnections = maxSessions + MAX_REFUSALS
  const { openFiles = new OpenFiles(log, systemClock) } = options.shared ?? {}
  openFiles.watch(server)
  await listening(server, host, port)
  server.on('error', (error) => log.warn(cannotTake(error)))
  options.onListening(addressOf(server))
  if (!stop.aborted) await once(stop, 'abort')
  server.close()
  await Promise.all(sessions)
}

function isTooMuch(rates: RequestRates | undefined, { remoteAddress }: Socket): boolean {
  return rates !== undefined && rates.take(remoteAddress) !== null
}

/** A client that cannot be taken, as when too many files are open, ends nobody else. */
function cannotTake(error: Error): string {
  return `a client cannot be taken: ${messageOf(error)}${isOutOfFiles(error) ? `; ${OUT_OF_FILES_HINT}` : ''}`
}

async function listening(server: Server, host: string, port: number): Promise<void> {
  server.listen({ host, port })
  try {
    await once(server, 'listening')
  } catch (cause) {
    const isTaken = (cause as NodeJS.ErrnoException).code === 'EADDRINUSE'
    const why = isTaken ? 'another program listens there' : messageOf(cause)
    throw new InputError(`cannot listen on ${host}:${port}: ${why}`, { cause, hint: 'give another --port or --host' })
  }
}

function addressOf(server: Server): string {
  const { address, port, family } = server.address() as AddressInfo
  return family === 'IPv6' ? `[${address}]:${port}` : `${address}:${port}`
}

/** Reads on for a while: a connection that is closed with audio unread takes its last line with it. */
function refuse(socket: Socket, why: string): void {
  socket.end(`asr-stream: ${why}; try again later\n`)
  socket.resume()
  const timer = setTimeout(() => socket.destroy(), REFUSAL_MS).unref()
  socket.once('close', () => clearTimeout(timer))
}
