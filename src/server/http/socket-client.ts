import { AsyncResource } from 'node:async_hooks'
import type { Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import type { RawData, WebSocket } from 'ws'
import type { Log } from '../../core/types.js'
import type { LiveSession } from '../session-pool/live-session.js'
import { closingCode, type Failed, toldFailure } from './failures.js'

/** A client that takes nothing is cut off when so much waits for it. */
const MAX_UNSENT_BYTES = 4_000_000
/** A client whose machine has vanished is noticed after two of these: nothing comes of it, neither answers nor anything else. */
const PING_MS = 15_000
const CLOSE_MS = 2000
/** Of WebSocket there may be three more, which a character needs that was cut. */
const MAX_REASON_BYTES = 120
/** No microphone sends so many messages in such a time; of what comes faster the rest is taken after another one. */
const MAX_MESSAGES_A_TURN = 100
const TURN_MS = 100

/** What a client has sent. */
export type ClientMessage = { readonly text: string } | { readonly bytes: Uint8Array }

/** One client over WebSocket: messages in their order, waiting where audio waits, and nothing kept for who takes nothing. */
export class SocketClient {
  /** Aborted when the other side has gone. */
  readonly gone: AbortSignal
  readonly #socket: WebSocket
  readonly #connection: Socket
  readonly #log: Log
  readonly #gone = new AbortController()
  /** What had been read when the client was asked whether it is there; null: it was not. */
  #askedAtBytes: number | null = null
  /** How many wait until more may be read. */
  #holds = 0
  #isClosing = false
  #sinceMs = performance.now()
  #messages = 0
  #take: (message: ClientMessage) => void = () => {}
  readonly #waiting: ClientMessage[] = []
  readonly #address: string
  #session: LiveSession | null = null

  constructor(socket: WebSocket, connection: Socket, log: Log) {
    this.#socket = socket
    this.#connection = connection
    this.#log = log
    this.#address = `${connection.remoteAddress}:${connection.remotePort}`
    this.gone = this.#gone.signal
    const pings = setInterval(() => this.#ping(), PING_MS).unref()
    socket.on('error', (error) => log.debug(`a connection: ${error.message}`))
    socket.once('close', () => {
      clearInterval(pings)
      this.#takeRest()
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
    this.#take = (message) => {
      try {
        taken(message)
      } catch (error) {
        fail(error)
      }
    }
    this.#socket.on('message', (data: RawData, isBinary: boolean) => {
      if (this.#isClosing) return
      const bytes = Array.isArray(data) ? Buffer.concat(data) : Buffer.isBuffer(data) ? data : Buffer.from(data)
      this.#waiting.push(isBinary ? { bytes } : { text: bytes.toString() })
      if (this.#waiting.length === 1 && this.#holds === 0) this.#takeNext()
    })
  }

  /** For whom something fails here. */
  get failed(): Failed {
    const name = this.#session ? `session ${this.#session.id}` : `client ${this.#address}`
    return { name, hasGone: this.gone.aborted }
  }

  /** It is named by its session in the log from now on. */
  has(session: LiveSession): LiveSession {
    this.#session = session
    return session
  }

  /** Hands audio to a session; while that has no room, nothing more is read. */
  feed(session: LiveSession, bytes: Uint8Array): void {
    session.write(bytes)
    this.heed(session)
  }

  /** While a session has no room, nothing more is read. */
  heed(session: LiveSession): void {
    if (!session.hasRoom) this.#hold(session.drained())
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
    this.#isClosing = true
    this.#waiting.length = 0
    this.#socket.resume()
    this.#socket.close(code, Buffer.from(reason).subarray(0, MAX_REASON_BYTES).toString())
    const timer = setTimeout(() => this.#socket.terminate(), CLOSE_MS).unref()
    this.#socket.once('close', () => clearTimeout(timer))
  }

  /** Cuts the connection off, with what has come over it and was not taken. */
  cut(): void {
    this.#isClosing = true
    this.#waiting.length = 0
    this.#socket.terminate()
  }

  /** Ends the connection because of an error, after what `told` makes of it. */
  fail(error: unknown, told: (message: string, code: string) => object | null): void {
    const failure = toldFailure(error, this.#log, this.failed)
    const message = told(failure.message, failure.code)
    if (message !== null) this.send(message)
    this.close(closingCode(failure), failure.message)
  }

  /** Takes what waits while more may be taken. What comes in one piece of the network may be thousands of messages. */
  #takeNext(): void {
    while (this.#holds === 0) {
      const message = this.#waiting[0]
      if (message === undefined) return
      this.#count()
      this.#take(message)
      this.#waiting.shift()
    }
  }

  /** The other side has gone: what has come of it is all there is. */
  #takeRest(): void {
    for (const message of this.#waiting.splice(0)) this.#take(message)
  }

  #count(): void {
    const nowMs = performance.now()
    if (nowMs - this.#sinceMs >= TURN_MS) {
      this.#sinceMs = nowMs
      this.#messages = 0
    }
    this.#messages++
    if (this.#messages === MAX_MESSAGES_A_TURN) this.#hold(sleep(TURN_MS, undefined, { ref: false }))
  }

  #hold(until: Promise<unknown>): void {
    const letGo = () => {
      this.#holds--
      if (this.#holds > 0) return
      this.#takeNext()
      if (this.#holds === 0) this.#socket.resume()
    }
    this.#holds++
    if (!this.#isClosing) this.#socket.pause()
    until.then(letGo, letGo)
  }

  #ping(): void {
    const { bytesRead } = this.#connection
    // Answers are not read while nothing is, and stand behind what a client has sent before.
    if (this.#holds === 0 && this.#askedAtBytes === bytesRead) {
      this.#socket.terminate()
      return
    }
    this.#askedAtBytes = bytesRead
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
