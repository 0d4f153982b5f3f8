import type { AsrStreamError } from '../core/errors.js'
import type { GapEvent, ProgressEvent, StreamLedger, TranscriptEvent } from '../core/events.js'
import { SAMPLE_RATE } from '../core/sample-rate.js'
import type {
  ASRProcessor,
  Clock,
  Log,
  PacedAudio,
  Pacer,
  Segment,
  StageTiming,
  StreamProgress,
} from '../core/types.js'
import type { BoundedLag } from './bounded-lag.js'
import type { ComputingWatch } from './computing-watch.js'
import { EventRelay } from './event-relay.js'
import { type GuardedProcessor, guard, type Waiting } from './retry-guard.js'

/** Differences of less than a sample come of rounding. */
const MIN_GAP_SEC = 1 / SAMPLE_RATE

/** What a stream is run with besides its processor and pacer. */
export interface RunStreamOptions {
  /** Aborting ends the stream: what is known comes, confirmed or not, then the end. */
  readonly signal?: AbortSignal | undefined
  /** Position of the first sample in the recording, in seconds; 0 if absent. */
  readonly startAtSec?: number
  /** Length of the recording in seconds, where it is known. */
  readonly durationSec?: number | undefined
  /** What of the audio was lost under way; asked when everything else is transcribed, and then thrown. */
  readonly damage?: (() => AsrStreamError | null) | undefined
  /** What processors tell during long updates; see `StreamDependencies`. */
  readonly relay?: EventRelay<StreamProgress>
  /** What is added to the seconds that the processor tells, to have seconds of the recording; 0 if absent. */
  readonly processorOffsetSec?: number
  /** What became of the audio; asked at the end. */
  readonly ledger?: () => StreamLedger
  /** What the computing went to; asked at the end. */
  readonly timings?: () => readonly StageTiming[]
  /** Code of the language in which the text is at the moment; null: not known. */
  readonly language?: () => string | null
  /** Keeps the lag below a bound; absent: nothing does. */
  readonly boundedLag?: BoundedLag | null
  /** Measures the computing. */
  readonly clock: Clock
  /** Gets messages about failures that may pass. */
  readonly log?: Log | undefined
  /** Waits for each thing that the processor does; absent: for as long as that takes. */
  readonly wait?: Waiting | undefined
  /** Watches each computation; absent or null: nobody does. */
  readonly watch?: ComputingWatch | null
}

const NO_LEDGER: StreamLedger = { sums: [], entries: [], lifts: [] }

/**
 * Feeds audio to a processor update by update and gives what comes of it; the one loop of this program, for all modes. An
 * update that fails is tried again with the next one. When it fails again for a reason that nobody foresaw, the audio that
 * it fails on is dropped, which is a gap, and the stream goes on. When that does not help, when it fails again for a known
 * reason, or when the source fails, the text so far comes first, then the end, then the error is thrown. The processor is
 * closed in the end, and so is the source, also when the caller stops early.
 *
 * Ref: whisper_online.py main.
 */
export async function* runStream(
  pacer: Pacer,
  processor: ASRProcessor,
  options: RunStreamOptions,
): AsyncGenerator<TranscriptEvent, void, undefined> {
  const { signal, ledger, timings, log, wait } = options
  const gaps: GapEvent[] = []
  const guarded = guard(processor, {
    log,
    wait,
    onGap: (gap) => gaps.push({ type: 'gap', cause: 'failure', ...gap }),
  })
  const abandon = new AbortController()
  const signals = signal ? [signal, abandon.signal] : [abandon.signal]
  const run = new StreamRun(processor, guarded, gaps, { ...options, signal: AbortSignal.any(signals) })
  let failure: { readonly error: unknown } | null = null
  try {
    try {
      yield* run.updates(pacer)
    } catch (error) {
      failure = { error }
      // Of an update that had to be whole nothing is known.
      if (!run.isInParts) for await (const segment of guarded.flush(signal)) yield* run.final(segment, pacer.endTime())
      yield* run.takeGaps()
    }
    const isAborted = signal?.aborted === true
    await guarded.close().catch((error: unknown) => {
      failure ??= { error }
    })
    const reason = isAborted ? 'aborted' : failure ? 'failed' : 'complete'
    yield { type: 'end', reason, ledger: ledger?.() ?? NO_LEDGER, timings: timings?.() ?? [] }
    if (failure && !isAborted) throw failure.error
  } finally {
    // Who stops early may do so in the middle of an update.
    abandon.abort()
    await run.settled()
    await guarded.close()
  }
}

/** Where one stream has come to. */
class StreamRun {
  readonly #processor: ASRProcessor
  readonly #guarded: GuardedProcessor
  readonly #gaps: GapEvent[]
  readonly #options: RunStreamOptions
  readonly #relay: EventRelay<StreamProgress>
  /** Second at which the audio starts that was taken without a gap, and its samples. */
  #originSec: number
  #takenSamples = 0
  #recognizedSec: number
  #computingSec = 0
  #paced: PacedAudio | null = null
  /** Whether audio was handed on whose update waits for the rest of it. */
  isInParts = false
  /** Whether text came after the last end of an utterance. */
  #isOpen = false
  #work: Promise<unknown> = Promise.resolve()
  #hasPartial = false

  constructor(processor: ASRProcessor, guarded: GuardedProcessor, gaps: GapEvent[], options: RunStreamOptions) {
    this.#processor = processor
    this.#guarded = guarded
    this.#gaps = gaps
    this.#options = options
    this.#relay = options.relay ?? new EventRelay()
    this.#originSec = options.startAtSec ?? 0
    this.#recognizedSec = this.#originSec
  }

  get #takenSec(): number {
    return this.#originSec + this.#takenSamples / SAMPLE_RATE
  }

  get #unheardSec(): number {
    const { waitingSec, leftOutSec } = this.#paced ?? {}
    return this.#takenSec - this.#recognizedSec + (waitingSec?.() ?? 0) + (leftOutSec?.() ?? 0)
  }

  async *updates(pacer: Pacer): AsyncGenerator<TranscriptEvent, void, undefined> {
    const { signal, damage: damageOf } = this.#options
    yield this.#progress(this.#takenSec)
    for await (const paced of pacer.updates(signal)) {
      const { audio, now, resumeAtSec, isPart = false } = paced
      this.#paced = paced
      if (signal?.aborted) break
      if (resumeAtSec !== undefined) yield* this.#resume(resumeAtSec, now)
      if (audio.length === 0 && resumeAtSec !== undefined) continue
      const before = this.#computingSec
      yield* this.#update(audio, now, isPart)
      if (!isPart && !this.#guarded.isFailing()) yield* this.#boundLag(this.#computingSec - before, paced)
    }
    yield* this.#finish(pacer.endTime)
    this.#recognizedSec = this.#takenSec
    yield this.#progress(pacer.endTime())
    if (signal?.aborted) return
    this.#guarded.throwIfNothingCame()
    const damage = damageOf?.() ?? null
    if (damage !== null) throw damage
  }

  *final(segment: Segment, emittedAt: number): Generator<TranscriptEvent, void, undefined> {
    this.#isOpen = true
    const language = this.#options.language?.() ?? null
    yield { type: 'text-final', segment, emittedAt, ...(language !== null && { language }) }
  }

  /** Resolves when nothing is computed any more. */
  async settled(): Promise<void> {
    await this.#work.catch(() => undefined)
  }

  takeGaps(): readonly TranscriptEvent[] {
    return this.#gaps.splice(0)
  }

  /** The input paused, or audio was left out: what was being said is over. */
  async *#resume(at: number, now: () => number): AsyncGenerator<TranscriptEvent, void, undefined> {
    yield* this.#finish(now)
    const end = this.#takenSec
    if (this.#isOpen) yield this.#utteranceEnd(end)
    if (at - end > MIN_GAP_SEC) {
      yield { type: 'gap', cause: 'backlog', begin: end, end: at, reason: 'it came faster than it could be recognized' }
    }
    if (this.#processor.resume) this.#processor.resume(at)
    else this.#processor.init(at)
    this.#originSec = at
    this.#takenSamples = 0
    this.#recognizedSec = at
  }

  async *#update(
    audio: Float32Array,
    now: () => number,
    isPart: boolean,
  ): AsyncGenerator<TranscriptEvent, void, undefined> {
    const { signal } = this.#options
    this.#takenSamples += audio.length
    yield this.#progress(now())
    this.#processor.insertAudioChunk(audio)
    this.isInParts = isPart
    if (isPart) return
    do {
      const segment = yield* this.#computing(() => this.#guarded.update(signal), now)
      if (segment) yield* this.final(segment, now())
      yield* this.takeGaps()
      yield* this.#closeUtterance()
      if (!this.#guarded.isFailing()) yield* this.#partial(this.#processor.unconfirmed?.() ?? null)
    } while (this.#processor.hasMore?.() && !this.#guarded.isFailing() && !signal?.aborted)
    if (this.#guarded.isFailing()) return
    this.#recognizedSec = this.#takenSec
    yield this.#progress(now())
  }

  *#boundLag(
    computingSec: number,
    { now, waitingSec, turnSec = 0 }: PacedAudio,
  ): Generator<TranscriptEvent, void, undefined> {
    const { boundedLag, clock } = this.#options
    const unrecognizedSec = Math.max(0, now() - this.#recognizedSec)
    const waiting = Math.min(unrecognizedSec, waitingSec?.() ?? unrecognizedSec)
    // What came while it waited for its turn was late before it was recognized.
    const late = { computingSec: computingSec + turnSec, waitingSec: waiting + turnSec }
    const event = boundedLag?.updated({ endedAt: clock.now(), ...late })
    if (event) yield event
  }

  async *#finish(now: () => number): AsyncGenerator<TranscriptEvent, void, undefined> {
    const { signal } = this.#options
    const segments = this.#guarded.finish(signal)
    for (;;) {
      const { done, value } = yield* this.#computing(() => segments.next(), now)
      if (done) break
      yield* this.final(value, now())
    }
    yield* this.takeGaps()
    yield* this.#closeUtterance()
    yield* this.#partial(this.#processor.unconfirmed?.() ?? null)
  }

  /** Waits for recognition, and tells what it tells meanwhile. */
  async *#computing<Value>(
    start: () => Promise<Value>,
    now: () => number,
  ): AsyncGenerator<TranscriptEvent, Value, undefined> {
    const { clock, processorOffsetSec = 0, watch } = this.#options
    const begin = clock.now()
    const watched = watch?.during(() => this.#unheardSec)
    const work = start()
    const told = this.#relay.during(work)
    this.#work = work
    try {
      for (;;) {
        const { done, value } = await told.next()
        if (done) return value
        watched?.goesOn()
        this.#recognizedSec = Math.min(this.#takenSec, value.recognizedSec + processorOffsetSec)
        yield this.#progress(now(), clock.now() - begin)
        yield* this.#partial(value.unconfirmed)
      }
    } finally {
      watched?.end()
      this.#computingSec += clock.now() - begin
    }
  }

  *#closeUtterance(): Generator<TranscriptEvent, void, undefined> {
    const at = this.#processor.utteranceEnd?.() ?? null
    if (at !== null) yield this.#utteranceEnd(at)
  }

  #utteranceEnd(at: number): TranscriptEvent {
    this.#isOpen = false
    return { type: 'utterance-end', at }
  }

  /** That nothing is open is told once. */
  *#partial(segment: Segment | null): Generator<TranscriptEvent, void, undefined> {
    if (segment === null && !this.#hasPartial) return
    this.#hasPartial = segment !== null
    yield { type: 'text-partial', segment }
  }

  #progress(now: number, computing = 0): ProgressEvent {
    return {
      type: 'progress',
      takenSec: this.#takenSec,
      recognizedSec: this.#recognizedSec,
      durationSec: this.#options.durationSec,
      lagSec: Math.max(0, now - this.#recognizedSec),
      computingSec: this.#computingSec + computing,
    }
  }
}
