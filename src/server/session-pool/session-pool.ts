import { systemClock } from '../../audio/pacing/system-clock.js'
import type { TranscriptEvent } from '../../core/events.js'
import { namedLog } from '../../core/named-log.js'
import type { Log } from '../../core/types.js'
import { openAudio } from '../../transcriber/audio-input.js'
import type { StreamSettings } from '../../transcriber/transcriber.js'
import { FairShare } from './fair-share.js'
import { fewWarnings } from './few-warnings.js'
import { FileQueue } from './file-queue.js'
import { LiveSession } from './live-session.js'
import type { ModelShelf } from './model-shelf.js'
import { OpenFiles } from './open-files.js'
import { Patience } from './patience.js'
import { clientOf, Places } from './places.js'
import { bounded, rest, uploaded } from './recordings.js'
import { RETRY_SEC, Refusal } from './refusal.js'
import { RequestRates } from './request-rates.js'
import type { SessionEvent } from './session-events.js'
import { type AudioForm, USUAL_FORM } from './session-part.js'
import { NO_TRACING, TracedStream, type Tracing } from './tracing.js'
import { UploadRate } from './upload-rate.js'

/** Who has connected and says nothing may lose the place after so many seconds. */
const SILENT_SEC = 10

/** Counts what happens, for the operator. */
export interface Meter {
  /** Each event of a live session. */
  event(event: SessionEvent, session: object): void
  /** Somebody was refused. */
  refused(why: string): void
}

/** How much a server takes on. */
export interface SessionPoolOptions {
  readonly models: ModelShelf
  readonly log: Log
  /** Live sessions at once. */
  readonly maxSessions: number
  /** Live sessions at once from one address; absent: all but one. This machine may have all. */
  readonly maxPerAddress?: number | undefined
  /** Requests and connections of one address in a minute. */
  readonly maxRequestsPerMinute: number
  /** Seconds without a sign of a client after which its session ends. */
  readonly idleSec: number
  /** Seconds that the backend may take for one update. */
  readonly updateSec: number
  /** Megabytes of the process beyond which nobody new is taken; absent: any number. */
  readonly maxMemory?: number | undefined
  /** Seconds of audio that one session or recording may have. */
  readonly maxAudioSec: number
  readonly meter: Meter
  /** Absent: nobody follows what is done. */
  readonly tracing?: Tracing | undefined
  /** Aborted: nobody is taken any more, and sessions end with the text of what has come. */
  readonly stop: AbortSignal
  /** Aborted some time after `stop`: what is not recognized by then is given up. */
  readonly giveUp: AbortSignal
}

/** What a client asks for. */
export interface SessionWishes {
  /** What it is called in the log. */
  readonly name: string
  readonly address: string | undefined
  readonly form?: AudioForm
  readonly settings?: StreamSettings
}

/** The sessions of all protocols: who gets a place, and what a session runs on. */
export class SessionPool {
  readonly places: Places
  readonly share: FairShare
  readonly patience: Patience
  readonly rates: RequestRates
  /** Watched for all its servers. */
  readonly openFiles: OpenFiles
  readonly files: FileQueue
  readonly uploadRate = new UploadRate(() => this.places.taken > 0, systemClock)
  readonly options: SessionPoolOptions
  readonly #sessions = new Map<string, LiveSession>()
  readonly #running = new Set<Promise<void>>()

  constructor(options: SessionPoolOptions) {
    const { maxSessions, maxPerAddress = Math.max(1, maxSessions - 1), updateSec, stop } = options
    this.options = { ...options, log: fewWarnings(options.log, systemClock) }
    this.places = new Places({ most: maxSessions, maxPerAddress, silentSec: SILENT_SEC })
    this.share = new FairShare(systemClock, stop)
    this.patience = new Patience(updateSec, systemClock)
    this.rates = new RequestRates(options.maxRequestsPerMinute, systemClock)
    this.openFiles = new OpenFiles(options.log, systemClock)
    this.files = new FileQueue(2 * maxSessions)
    stop.addEventListener('abort', () => this.#stop(), { once: true })
  }

  get tracing(): Tracing {
    return this.options.tracing ?? NO_TRACING
  }

  get models(): ModelShelf {
    return this.options.models
  }

  /** Whether there is a place for one more. */
  get hasRoom(): boolean {
    const { stop, maxSessions } = this.options
    const hasModel = this.models.current !== null
    return !stop.aborted && hasModel && this.places.taken < maxSessions && !this.#isOverMemory()
  }

  /**
   * Counts a request or a connection.
   * @throws Refusal when its address has asked for too much lately
   */
  admit(address: string | undefined): void {
    const waitSec = this.rates.take(address)
    if (waitSec === null) return
    const { maxRequestsPerMinute: most, meter, log } = this.options
    const why = `one address may ask ${most} times a minute`
    meter.refused(why)
    log.debug(`a client is refused: ${why}`)
    throw new Refusal('too-many', why, waitSec)
  }

  /**
   * Gives a client a place.
   * @throws Refusal when there is none
   */
  open({ name, address, form = USUAL_FORM, settings = {} }: SessionWishes): LiveSession {
    const { idleSec, maxAudioSec, log, giveUp, meter } = this.options
    this.#refuseWhenLoaded()
    const lease = this.models.lease()
    const done = this.#begun()
    let traced: TracedStream | null = null
    const session = new LiveSession({
      name: `client ${name} of ${address ?? 'nowhere'}`,
      address,
      transcriber: lease.transcriber,
      form,
      settings,
      log,
      sharing: this.share.join(),
      patience: this.patience,
      giveUp,
      idleSec,
      maxAudioSec,
      onEvent: (event) => {
        meter.event(event, session)
        traced?.event(event)
      },
      onClose: () => {
        traced?.end()
        traced = null
        this.places.leave(session)
        this.#sessions.delete(session.id)
        lease.release()
        done()
      },
    })
    const why = this.places.take(session)
    if (why !== null) {
      session.close()
      throw this.#refusal(why)
    }
    this.#sessions.set(session.id, session)
    const facts = { 'session.id': session.id, 'asr_stream.protocol': name }
    traced = new TracedStream(this.tracing.start('session', 'server', facts))
    log.info(`session ${session.id}: ${name} from ${address ?? 'nowhere'}`)
    return session
  }

  /**
   * Recognizes a recording.
   * @throws Refusal when too many wait, and when it is too long; InputError when it is no audio
   */
  async *file(
    bytes: Uint8Array,
    wishes: SessionWishes,
    signal: AbortSignal,
  ): AsyncGenerator<TranscriptEvent, void, undefined> {
    this.#refuseWhenLoaded()
    const { giveUp } = this.options
    const done = this.#begun()
    const traced = new TracedStream(this.tracing.start('recording', 'internal', { 'asr_stream.bytes': bytes.length }))
    try {
      for await (const event of this.#recognized(bytes, wishes, AbortSignal.any([signal, giveUp]))) {
        traced.event(event)
        yield event
      }
      // Half a text is no answer.
      if (giveUp.aborted) throw stopping()
    } finally {
      traced.end()
      done()
    }
  }

  async *#recognized(
    bytes: Uint8Array,
    { name, address, form, settings }: SessionWishes,
    ended: AbortSignal,
  ): AsyncGenerator<TranscriptEvent, void, undefined> {
    const { maxAudioSec } = this.options
    const log = namedLog(this.options.log, () => [`${name} of client ${address ?? 'nowhere'}`])
    const leave = await this.files.enter(clientOf(address), ended).catch((error: unknown) => {
      throw error instanceof Refusal ? this.#refusal(error.message, error.retryAfterSec) : error
    })
    const lease = this.models.lease()
    try {
      const { transcriber } = lease
      const { encoding, rate, channels } = form ?? USUAL_FORM
      const config = { ...transcriber.config, rawEncoding: encoding, rawRate: rate, rawChannels: channels, startAt: 0 }
      const rested = (pieceMs: number) => rest(pieceMs, this.places.taken > 0 ? this.files.running : 0)
      const source = bounded(uploaded(bytes, { name, form, log, rested }), maxAudioSec)
      const input = await openAudio(source, config, { log, pace: 'offline' })
      const patient = this.patience.of(ended)
      try {
        yield* transcriber.run(input, {
          signal: AbortSignal.any([ended, patient.lost]),
          log,
          wait: patient.wait,
          settings,
          share: { client: clientOf(address), isPatient: true },
        })
        patient.lost.throwIfAborted()
      } finally {
        await input.close()
      }
    } finally {
      lease.release()
      leave()
    }
  }

  /**
   * Refuses whom `open` would refuse.
   * @throws Refusal when there is no place
   */
  refuseWhenFull(address: string | undefined): void {
    this.#refuseWhenLoaded()
    const why = this.places.lack(address)
    if (why !== null) throw this.#refusal(why)
  }

  /** @throws Refusal when the server is being stopped */
  refuseWhenStopping(): void {
    if (this.options.stop.aborted) throw stopping()
  }

  /** Resolves when all sessions and recordings have ended. */
  async ended(): Promise<void> {
    await Promise.all(this.#running)
  }

  /** @returns what says that it is over */
  #begun(): () => void {
    let done = (): void => {}
    const running = new Promise<void>((resolve) => {
      done = resolve
    })
    this.#running.add(running)
    return () => {
      this.#running.delete(running)
      done()
    }
  }

  #refuseWhenLoaded(): void {
    this.refuseWhenStopping()
    if (this.#isOverMemory()) throw this.#refusal('the server has too little memory for more')
  }

  #isOverMemory(): boolean {
    const { maxMemory } = this.options
    return maxMemory !== undefined && process.memoryUsage.rss() > maxMemory * 1e6
  }

  #refusal(why: string, retryAfterSec = RETRY_SEC): Refusal {
    this.options.meter.refused(why)
    this.options.log.info(`a client is refused: ${why}`)
    return new Refusal('full', why, retryAfterSec)
  }

  #stop(): void {
    for (const session of this.#sessions.values()) session.end('stopping')
  }
}

function stopping(): Refusal {
  return new Refusal('stopping', 'the server is being stopped', RETRY_SEC)
}
