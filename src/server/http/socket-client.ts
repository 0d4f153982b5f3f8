import { AsyncResource } from 'node:async_hooks'
import type { RawData, WebSocket } from 'ws'
import type { Log } from '../../core/types.js'
import type { LiveSession } from '../session-pool/live-session.js'
import { closingCode, toldFailure } from './failures.js'

/** A client that takes nothing is cut off when so much waits for it. */
const MAX_UNSENT_BYTES = 4_000_000
/** A client whose machine has vanished is noticed after two of these. */
const PING_MS = 15_000
const CLOSE_MS = 2000

/** What a client has sent. */
export type ClientMessage = { readonly text: string } | { readonly bytes: Uint8Array }

/** One client over WebSocket: messages in their order, waiting where audio waits, and nothing kept for who takes nothing. */
export class SocketClient {
  /** Aborted when the other side has gone. */
  readonly gone: AbortSignal
  readonly #socket: WebSocket
  readonly #log: Log
  readonly #gone = new AbortController()
  #hasAnswered = true

  constructor(socket: WebSocket, log: Log) {
    this.#socket = socket
    this.#log = log
    this.gone = this.#gone.signal
    const pings = setInterval(() => this.#ping(), PING_MS).unref()
    socket.on('pong', () => {
      this.#hasAnswered = true
    })
    socket.on('error', (error) => log.debug(`a connection: ${error.message}`))
    socket.once('close', () => {
      clearInterval(pings)
      this.#gone.abort()
    })
  }

  /**
   * Calls `take` with each message. What it throws is told to the client by `fail`.
   * @param fail ends the connection with what went wrong
   */
  receive(take: (message: ClientMessage) => void, fail: (error: unknown) => void): void {
    // What a message leads to belongs to the request by which the client connected, for whoever traces it.
    const taken = AsyncResource.bind(take)
    this.#socket.on('message', (data: RawData, isBinary: boolean) => {
      const bytes = Array.isArray(data) ? Buffer.concat(data) : Buffer.isBuffer(data) ? data : Buffer.from(data)
      try {
        taken(isBinary ? { bytes } : { text: bytes.toString() })
      } catch (error) {
        fail(error)
      }
    })
  }

  /** Hands audio to a session; while that has no room, nothing more is read. */
  feed(session: LiveSession, bytes: Uint8Array): void {
    if (session.write(bytes)) return
    this.#socket.pause()
    session.drained().then(
      () => this.#socket.resume(),
      () => this.#socket.resume(),
    )
  }

  /** Sends a message; objects as JSON. */
  send(message: object | string): void {
    if (this.#socket.readyState !== this.#socket.OPEN) return
    if (this.#socket.bufferedAmount > MAX_UNSENT_BYTES) {
      this.#log.info('a client that takes nothing is cut off')
      this.#socket.terminate()
      return
    }
    this.#socket.send(typeof message === 'string' ? message : JSON.stringify(message))
  }

  /** Ends the connection. */
  close(code = 1000, reason = ''): void {
    this.#socket.resume()
    this.#socket.close(code, reason.slice(0, 120))
    const timer = setTimeout(() => this.#socket.terminate(), CLOSE_MS).unref()
    this.#socket.once('close', () => clearTimeout(timer))
  }

  /** Ends the connection because of an error, after what `told` makes of it. */
  fail(error: unknown, told: (message: string, code: string) => object | null): void {
    const failure = toldFailure(error, this.#log)
    const message = told(failure.message, failure.code)
    if (message !== null) this.send(message)
    this.close(closingCode(failure), failure.message)
  }

  #ping(): void {
    if (!this.#hasAnswered) {
      this.#socket.terminate()
      return
    }
    this.#hasAnswered = false
    this.#socket.ping()
  }
}

/**
 * A message in JSON, an object.
 * @returns null when it is none
 */
export function jsonObject(text: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : null
  } catch (error) {
    if (error instanceof SyntaxError) return null
    throw error
  }
}
