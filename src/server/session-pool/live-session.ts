import { randomUUID } from 'node:crypto'
import type { StreamLedger } from '../../core/events.js'
import { namedLog } from '../../core/named-log.js'
import { SAMPLE_RATE } from '../../core/sample-rate.js'
import type { Log } from '../../core/types.js'
import type { StreamSettings, Transcriber } from '../../transcriber/transcriber.js'
import { type CutOff, TextReach, toldCutOff, warnedCutOff } from './cut-off.js'
import type { SharingStream } from './fair-share.js'
import type { Patience, PatientClient } from './patience.js'
import { clientOf, type Guest } from './places.js'
import { RETRY_SEC, Refusal } from './refusal.js'
import { SenderWarnings } from './sender-warnings.js'
import { NOTHING_HEARD, type SessionEvent, shifted } from './session-events.js'
import { type AudioForm, SessionPart } from './session-part.js'
import { signsOfAudio } from './signs-of-audio.js'

/** While so many stretches of a client wait to be recognized, no more is taken. */
const MAX_WAITING_PARTS = 64

/** Who ended a session, or why it was ended for its client. */
export type SessionEnding = 'client' | 'idle' | 'too-long' | 'stopping' | 'place-taken'

/** What a session is opened with. */
export interface SessionContext {
  /** What it is called in the log. */
  readonly name: string
  readonly address: string | undefined
  readonly transcriber: Transcriber
  readonly form: AudioForm
  readonly settings: StreamSettings
  readonly log: Log
  readonly sharing: SharingStream
  readonly patience: Patience
  /** Aborted: nothing is computed any more. */
  readonly giveUp: AbortSignal
  readonly idleSec: number
  readonly maxAudioSec: number
  /** Called with each event. */
  readonly onEvent: (event: SessionEvent) => void
  /** Called once, when it is over. */
  readonly onClose: () => void
}

/**
 * The audio of one client, which comes piece by piece, and what comes of it. A client may have what it said so far made
 * final (`commit`), and go on; times go on as well.
 */
export class LiveSession implements Guest {
  readonly id = randomUUID()
  readonly address: string | undefined
  isAway = false
  /** What ended it first; null: nothing has. Where its audio ends by itself or recognition fails, it stays so. */
  ending: SessionEnding | null = null
  readonly #context: SessionContext
  readonly #log: Log
  readonly #warnings = new SenderWarnings()
  readonly #parts: SessionPart[]
  readonly #cancelled = new AbortController()
  readonly #patient: PatientClient
  #last: SessionPart
  #heardBefore = 0
  #sentBefore = 0
  readonly #reach = new TextReach()
  #lastSign = performance.now()
  #lastAudio = Number.NEGATIVE_INFINITY
  #isThrottled = false
  #wakeWaiting: (() => void)[] = []
  readonly #heard = signsOfAudio(() => {
    this.#lastAudio = performance.now()
    this.alive()
  })
  readonly #timer: NodeJS.Timeout

  constructor(context: SessionContext) {
    this.#context = context
    this.#log = namedLog(context.log, () => [`session ${this.id}`])
    this.address = context.address
    this.#patient = context.patience.of(AbortSignal.any([context.giveUp, this.#cancelled.signal]))
    this.#last = new SessionPart(context.form, context.settings)
    this.#parts = [this.#last]
    this.#timer = setInterval(() => this.#look(), Math.min(1000, context.idleSec * 125)).unref()
  }

  /** Joins the texts of segments. */
  get separator(): string {
    return this.#context.transcriber.separator
  }

  /** Seconds of audio that have been taken in. */
  get heardSec(): number {
    return this.#heardBefore + (this.#parts[0]?.heardSec ?? 0)
  }

  /** Whether audio came, and some of it lately. */
  get hasSpoken(): boolean {
    return performance.now() - this.#lastAudio < 1000 * this.#context.idleSec
  }

  /** Whether it takes more; if not, wait for `drained`. */
  get hasRoom(): boolean {
    return this.#last.isEnded || (this.#last.hasRoom && this.#parts.length <= MAX_WAITING_PARTS)
  }

  /** What of its audio is not in its text, for want of time; to be asked when all else has been told. */
  get cutOff(): CutOff | null {
    const sentSec = this.#parts.reduce((sum, part) => sum + part.sentSec, this.#sentBefore)
    return this.#reach.cutOff(this.heardSec, sentSec)
  }

  /** @throws Refusal when some of its audio is not in its text, for want of time */
  throwIfCutOff(): void {
    const { cutOff } = this
    if (cutOff) throw new Refusal('stopping', toldCutOff(cutOff), RETRY_SEC)
  }

  /** Takes audio. Nothing more is taken after the end. */
  write(bytes: Uint8Array): void {
    if (!this.#last.isEnded) this.#last.write(bytes)
    else if (this.#reach.wasAhead) this.#last.miss(bytes)
  }

  /** Resolves when there is room for more, or the session has ended. */
  async drained(): Promise<void> {
    while (!this.hasRoom) {
      this.#isThrottled = true
      if (!this.#last.hasRoom) await this.#last.audio.drained()
      else await new Promise<void>((resolve) => this.#wakeWaiting.push(resolve))
    }
    this.#isThrottled = false
    this.alive()
  }

  /** A sign of life without audio. Without audio for long, its place may be given to somebody else all the same. */
  alive(): void {
    this.#lastSign = performance.now()
  }

  /** Has what was said so far made final; `turn-end` follows it. */
  commit(): void {
    this.alive()
    if (this.#last.isEnded) return
    this.#last.endsTurn = true
    this.#next()
  }

  /** Forgets the audio that is not final yet. */
  discard(): void {
    this.alive()
    if (this.#last.isEnded || !this.#last.hasAudio) return
    this.#last.dropped.abort()
    this.#next()
  }

  /** Changes what holds for audio after the last `commit`, or for all where none has come yet. */
  configure(settings: StreamSettings, form: AudioForm = this.#last.form): void {
    this.alive()
    if (this.#last.isEnded) return
    const part = new SessionPart(form, settings)
    if (this.#last.hasAudio) this.#next(part)
    else {
      // Nobody has seen its audio: the one that waits for it goes on to the next.
      this.#parts.push(part)
      this.#last.end()
      this.#last = part
    }
  }

  /** No more audio comes; the rest of the text does. */
  end(why: SessionEnding = 'client'): void {
    if (!this.#last.isEnded) {
      this.ending = why
      this.#reach.wasAhead = why === 'stopping' && this.#isThrottled
    }
    this.#last.end()
  }

  /** Nobody wants any more of it. */
  cancel(): void {
    this.#last.end()
    this.#cancelled.abort()
    this.#wake()
  }

  yieldPlace(): void {
    this.end('place-taken')
  }

  /**
   * What comes of the audio, once; at the end `end`.
   * @throws InputError when it is not audio; BackendError when recognition fails; UsageError for settings that the model cannot have
   */
  async *events(): AsyncGenerator<SessionEvent, void, undefined> {
    try {
      for (;;) {
        const [part] = this.#parts
        if (!part || this.#cancelled.signal.aborted) return
        for await (const event of this.#run(part)) {
          this.#context.onEvent(event)
          yield event
        }
        this.#heardBefore += part.heardSec
        this.#sentBefore += part.dropped.signal.aborted ? part.heardSec : part.sentSec
        this.#parts.shift()
        if (this.#parts.length === 0) this.#warnIfCutOff()
        this.#wake()
      }
    } finally {
      this.close()
    }
  }

  /** Gives everything back, for a session whose events nobody reads; again: nothing. */
  close(): void {
    clearInterval(this.#timer)
    this.cancel()
    this.#context.sharing.leave()
    this.#context.onClose()
  }

  async *#run(part: SessionPart): AsyncGenerator<SessionEvent, void, undefined> {
    await part.begun
    const isEmpty = !part.hasAudio
    if (!isEmpty) yield* this.#recognized(part)
    if (part.endsTurn) yield { type: 'turn-end', at: this.#heardBefore + part.heardSec }
    if (isEmpty && this.#parts.length === 1) yield NOTHING_HEARD
  }

  async *#recognized(part: SessionPart): AsyncGenerator<SessionEvent, void, undefined> {
    const { name, transcriber, sharing, giveUp } = this.#context
    const log = this.#warnings.of(this.#log)
    const patient = this.#patient
    const gone = AbortSignal.any([this.#cancelled.signal, part.dropped.signal, patient.lost, giveUp])
    const input = part.open(name, transcriber.config, {
      log,
      onArrival: (audio) => this.#arrived(audio.length),
      turn: () => sharing.turn(gone),
    })
    try {
      for await (const event of transcriber.run(input, {
        signal: gone,
        log,
        wait: patient.wait,
        settings: part.settings,
        share: { client: clientOf(this.address) },
      })) {
        if (event.type === 'progress') sharing.consumed(this.#heardBefore + event.takenSec)
        if (part.dropped.signal.aborted) continue
        yield* this.#warnings.take()
        if (event.type === 'end' && event.reason === 'aborted') this.#brokenOff(event.ledger)
        if (event.type !== 'end' || this.#parts.length === 1) yield shifted(event, this.#heardBefore)
      }
      patient.lost.throwIfAborted()
    } catch (error) {
      if (patient.lost.aborted || !gone.aborted) throw error
      if (this.#cancelled.signal.aborted) log.info('its client has gone')
      this.#brokenOff(null)
    } finally {
      await input.close()
      part.audio.end()
    }
  }

  #arrived(samples: number): void {
    this.#context.sharing.arrived(samples / SAMPLE_RATE)
    this.#heard(samples)
    if (this.heardSec > this.#context.maxAudioSec) this.end('too-long')
  }

  #brokenOff(ledger: StreamLedger | null): void {
    if (this.#context.giveUp.aborted) this.#reach.brokenOff(ledger, this.#heardBefore)
  }

  #warnIfCutOff(): void {
    const { cutOff } = this
    if (cutOff && !this.#cancelled.signal.aborted) this.#log.warn(warnedCutOff(cutOff))
  }

  #next(part = new SessionPart(this.#last.form, this.#last.settings)): void {
    this.#parts.push(part)
    this.#last.end()
    this.#last = part
  }

  #wake(): void {
    for (const wake of this.#wakeWaiting.splice(0)) wake()
  }

  /** Who is asked to wait is not idle. */
  #look(): void {
    if (this.#isThrottled || this.#last.isEnded) return
    if (performance.now() - this.#lastSign > 1000 * this.#context.idleSec) this.end('idle')
  }
}
