import { messageOf } from '../../core/errors.js'
import type { EndEvent } from '../../core/events.js'
import type { Log } from '../../core/types.js'
import { JSON_LINES_VERSION, jsonEvents } from '../../output/formats/json-lines.js'
import { toldFailure } from '../http/failures.js'
import type { LiveSession, SessionEnding } from '../session-pool/live-session.js'

/** A client whose connection dropped may come back for so long. */
export const RESUME_SEC = 30
/** Messages that are kept for a client that comes back; a client that says what it has needs none of them. */
const MAX_KEPT = 10_000

type Message = Readonly<Record<string, unknown>> & { readonly seq: number }

/** The connection of a client that is there. */
export interface Holder {
  send(message: object): void
  /** Cuts it off, with what has come over it and was not taken. */
  cut(): void
}

/**
 * A session whose client may come back after its connection dropped. Messages are numbered; what is final is kept, so that
 * nothing final is lost or told twice.
 */
export class ResumableStream {
  readonly session: LiveSession
  /** Bytes of audio that have been taken; a client that comes back goes on from there. */
  receivedBytes = 0
  wantsPartials = true
  /** Resolves when everything has been said. */
  readonly over: Promise<void>
  readonly #log: Log
  readonly #kept: Message[] = []
  #seq = 0
  #holder: Holder | null = null
  #waiting: NodeJS.Timeout | null = null
  #isOver = false
  readonly #onForgotten: () => void

  /** @param onForgotten called once, when it cannot be resumed any more */
  constructor(session: LiveSession, log: Log, onForgotten: () => void) {
    this.session = session
    this.#log = log
    this.#onForgotten = onForgotten
    this.over = this.#run()
  }

  /** A client is there; it gets what is kept after the message that it names, then all that comes. */
  attach(holder: Holder, after = 0): void {
    if (this.#waiting) clearTimeout(this.#waiting)
    this.#waiting = null
    this.#holder = holder
    this.session.isAway = false
    this.session.alive()
    this.acknowledge(after)
    for (const message of this.#kept) holder.send(message)
  }

  /** Another connection of its client comes: the one that holds it is cut off, if there still is one. */
  takeAway(): void {
    this.#holder?.cut()
    if (this.#holder) this.detach(this.#holder)
  }

  /** A connection has gone, and its client may come back; another one that is there stays. */
  detach(holder: Holder): void {
    if (holder !== this.#holder) return
    this.#holder = null
    this.session.isAway = true
    if (this.#waiting) clearTimeout(this.#waiting)
    const forgetAfterMs = this.#isOver && this.#kept.length === 0 ? 0 : 1000 * RESUME_SEC
    this.#waiting = setTimeout(() => {
      this.session.cancel()
      this.#onForgotten()
    }, forgetAfterMs).unref()
  }

  /** The client has all messages up to this one. */
  acknowledge(seq: number): void {
    const first = this.#kept.findIndex((message) => message.seq > seq)
    this.#kept.splice(0, first < 0 ? this.#kept.length : first)
  }

  async #run(): Promise<void> {
    const json = jsonEvents({ separator: this.session.separator, language: null })
    try {
      for await (const event of this.session.events()) {
        const isOurs = event.type === 'turn-end' || event.type === 'warning'
        const message = isOurs ? { version: JSON_LINES_VERSION, ...event } : json(event)
        if (message === null) continue
        const endedBy = event.type === 'end' ? { ended_by: this.#endedBy(event.reason) } : {}
        this.#tell({ ...message, ...endedBy }, event.type !== 'text-partial' && event.type !== 'progress')
      }
      this.session.throwIfCutOff()
    } catch (error) {
      const { message, code, field } = toldFailure(error, this.#log, {
        name: `session ${this.session.id}`,
        hasGone: false,
      })
      this.#log.info(`session ${this.session.id} failed: ${messageOf(error)}`)
      this.#tell({ type: 'error', message, code, field }, true)
    } finally {
      this.#isOver = true
    }
  }

  /** Who has not ended it wants to know why it is over. A recording of a client may end by itself. */
  #endedBy(reason: EndEvent['reason']): SessionEnding | 'failure' {
    return this.session.ending ?? (reason === 'complete' ? 'client' : 'failure')
  }

  #tell(content: Readonly<Record<string, unknown>>, isKept: boolean): void {
    if (!isKept && !this.wantsPartials) return
    const message = { seq: ++this.#seq, ...content }
    if (isKept) {
      this.#kept.push(message)
      if (this.#kept.length > MAX_KEPT) this.#kept.shift()
    }
    this.#holder?.send(message)
  }
}
