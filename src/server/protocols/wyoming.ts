import { createServer, type Server, type Socket } from 'node:net'
import { messageOf } from '../../core/errors.js'
import { type Failed, RequestFault, toldFailure } from '../http/failures.js'
import type { ServerKit } from '../http/kit.js'
import { toldCutOff } from '../session-pool/cut-off.js'
import type { LiveSession } from '../session-pool/live-session.js'
import type { AudioForm } from '../session-pool/session-part.js'
import { joined } from './spoken-segments.js'
import { type WyomingEvent, wyomingBytes, wyomingEvents } from './wyoming-events.js'
import { wyomingInfo } from './wyoming-info.js'

const ENCODINGS = { 1: 'u8', 2: 's16le', 4: 's32le' } as const
/** A client that has been told goodbye is cut off after this. */
const FAREWELL_MS = 2000
/** A client that takes nothing is cut off when so much waits for it. */
const MAX_UNSENT_BYTES = 1_000_000

/** Wyoming, the protocol of Home Assistant, over TCP. Not listening yet. */
export function wyomingServer(kit: ServerKit): Server {
  const server = createServer((socket) => {
    socket.on('error', (error) => kit.log.debug(`a Wyoming client: ${error.message}`))
    const client = new WyomingClient(socket, kit)
    client.serve().catch((error: unknown) => {
      const { message, code } = toldFailure(error, kit.log, client.failed)
      socket.end(wyomingBytes('error', { text: message, code }))
      setTimeout(() => socket.destroy(), FAREWELL_MS).unref()
    })
  })
  server.on('error', (error) => kit.log.warn(`Wyoming: ${messageOf(error)}`))
  return server
}

class WyomingClient {
  readonly #socket: Socket
  readonly #kit: ServerKit
  /** The client or its last session. */
  #name: string
  #language: string | undefined
  #session: LiveSession | null = null
  #telling: Promise<void> = Promise.resolve()
  #tooLate: NodeJS.Timeout | undefined

  constructor(socket: Socket, kit: ServerKit) {
    this.#socket = socket
    this.#kit = kit
    this.#name = `client ${socket.remoteAddress}:${socket.remotePort}`
  }

  /** For whom something fails here. */
  get failed(): Failed {
    return { name: this.#name, hasGone: this.#socket.destroyed }
  }

  async serve(): Promise<void> {
    try {
      this.#kit.pool.admit(this.#socket.remoteAddress)
      this.#waitForEvent()
      for await (const event of this.#events()) {
        clearTimeout(this.#tooLate)
        await this.#take(event)
        this.#waitForEvent()
      }
    } finally {
      clearTimeout(this.#tooLate)
      this.#session?.cancel()
    }
  }

  /** A byte now and then is no event. */
  #waitForEvent(): void {
    const { idleSec } = this.#kit.pool.options
    this.#tooLate = setTimeout(() => this.#socket.destroy(), 1000 * idleSec).unref()
  }

  async *#events(): AsyncGenerator<WyomingEvent> {
    try {
      yield* wyomingEvents(this.#socket)
    } catch (error) {
      // A peer that breaks off, or sends something else, is no failure of ours.
      this.#kit.log.info(`a Wyoming client: ${messageOf(error)}`)
      this.#socket.destroy()
    }
  }

  async #take({ type, data, payload }: WyomingEvent): Promise<void> {
    switch (type) {
      case 'describe':
        return this.#send('info', wyomingInfo(this.#kit))
      case 'ping':
        return this.#send('pong', data.text === undefined ? {} : { text: data.text })
      case 'transcribe':
        this.#language = typeof data.language === 'string' ? data.language : undefined
        return
      case 'audio-start':
        await this.#finish()
        this.#begin(data)
        return
      case 'audio-chunk': {
        const session = this.#session ?? this.#begin(data)
        session.write(payload)
        if (!session.hasRoom) await session.drained()
        return
      }
      case 'audio-stop':
        return this.#finish()
      default:
        // Servers leave out what they do not know.
        return
    }
  }

  #begin(data: WyomingEvent['data']): LiveSession {
    const settings = this.#language === undefined ? {} : { lan: this.#language }
    const address = this.#socket.remoteAddress
    this.#kit.pool.admit(address)
    const session = this.#kit.pool.open({ name: 'wyoming', address, form: formOf(data), settings })
    this.#session = session
    this.#name = `session ${session.id}`
    this.#telling = this.#tell(session)
    // Told when the audio ends; until then nobody waits for it.
    this.#telling.catch(() => undefined)
    return session
  }

  async #finish(): Promise<void> {
    if (!this.#session) return
    this.#session.end()
    this.#session = null
    await this.#telling
  }

  async #tell(session: LiveSession): Promise<void> {
    const language = this.#language === undefined ? {} : { language: this.#language }
    this.#send('transcript-start', language)
    let text = ''
    for await (const event of session.events()) {
      if (event.type !== 'text-final') continue
      const piece = text === '' ? event.segment.text.trimStart() : session.separator + event.segment.text
      text = joined([{ text }, { text: piece }], '')
      this.#send('transcript-chunk', { text: piece })
    }
    // Its clients listen up to the transcript.
    if (session.cutOff) this.#send('error', { text: toldCutOff(session.cutOff), code: 'ASR_STOPPING' })
    this.#send('transcript', { text: text.trim(), ...language })
    this.#send('transcript-stop')
  }

  #send(type: string, data: object = {}): void {
    if (this.#socket.writableLength > MAX_UNSENT_BYTES) this.#socket.destroy()
    else if (this.#socket.writable) this.#socket.write(wyomingBytes(type, data))
  }
}

/** @throws RequestFault for audio that nobody has */
function formOf({ rate, width, channels }: WyomingEvent['data']): AudioForm {
  const inRange = (name: string, value: unknown, min: number, max: number, usual: number) => {
    if (value === undefined || value === null) return usual
    if (typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max) return value
    throw new RequestFault(`${name} of the audio is not a whole number from ${min} to ${max}`, name)
  }
  const encoding = ENCODINGS[inRange('width', width, 1, 4, 2) as keyof typeof ENCODINGS]
  if (encoding === undefined) throw new RequestFault('width of the audio is not 1, 2 or 4 bytes', 'width')
  return {
    encoding,
    rate: inRange('rate', rate, 1000, 384_000, 16_000),
    channels: inRange('channels', channels, 1, 8, 1),
    isSurelyRaw: true,
  }
}
