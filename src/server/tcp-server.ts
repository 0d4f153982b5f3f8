import { once } from 'node:events'
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import { systemClock } from '../audio/system-clock.js'
import { InputError, messageOf } from '../errors.js'
import { FairShare } from './fair-share.js'
import { type ClientContext, serveClient } from './tcp-client.js'

/** Connections beyond the sessions that are told so; more are cut without a word. */
const MOST_REFUSALS = 256
/** A client that was refused may read why for so long. */
const REFUSAL_MS = 2000

/** Where a server listens, and how much it takes on. */
export interface TcpServerOptions extends Omit<ClientContext, 'share'> {
  readonly host: string
  /** 0: any that is free. */
  readonly port: number
  /** Streams at once. */
  readonly maxSessions: number
  /** Told where it listens. */
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
  const { host, port, maxSessions, stop, log } = options
  const sessions = new Set<Promise<void>>()
  const context = { ...options, share: new FairShare(systemClock) }
  const server = createServer({ allowHalfOpen: true, noDelay: true, keepAlive: true }, (socket) => {
    // Without a listener an error of one connection would end the program; the session sees it as the end.
    socket.on('error', (error) => log.debug(`connection: ${messageOf(error)}`))
    if (sessions.size >= maxSessions || stop.aborted) {
      log.info(`a client is refused: ${sessions.size} sessions are open`)
      return refuse(socket, maxSessions)
    }
    const session = serveClient(socket, context).finally(() => sessions.delete(session))
    sessions.add(session)
  })
  server.maxConnections = maxSessions + MOST_REFUSALS
  await listening(server, host, port)
  options.onListening(addressOf(server))
  if (!stop.aborted) await once(stop, 'abort')
  server.close()
  await Promise.all(sessions)
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
  server.on('error', () => {})
}

function addressOf(server: Server): string {
  const { address, port, family } = server.address() as AddressInfo
  return family === 'IPv6' ? `[${address}]:${port}` : `${address}:${port}`
}

/** Reads on for a while: a connection that is closed with audio unread takes its last line with it. */
function refuse(socket: Socket, maxSessions: number): void {
  socket.end(`asr-stream: all ${maxSessions} sessions are taken; try again later\n`)
  socket.resume()
  const timer = setTimeout(() => socket.destroy(), REFUSAL_MS).unref()
  socket.once('close', () => clearTimeout(timer))
}
