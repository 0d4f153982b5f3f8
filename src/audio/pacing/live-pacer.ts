import { SAMPLE_RATE } from '../../core/sample-rate.js'
import type { Log, PacedAudio, Pacer } from '../../core/types.js'
import { Backlog, type QueuedAudio } from './backlog.js'
import type { PacerOptions } from './pacers.js'

/** Input that brings less than an update's audio in so many times its duration has stalled: what is there is transcribed. */
const STALLED_AFTER = 2

/**
 * Input that brings nothing for so long has paused: what was being said is over. Audio that came at once covers the time
 * that it would have taken, up to a limit: networks bring seconds of it in bursts.
 */
const PAUSED_AFTER_SEC = 1.5
const MAX_COVERED_SEC = 10

/** Options of the live pacer. */
export interface LivePacerOptions extends PacerOptions {
  /** Seconds of audio that may wait while an update computes. */
  readonly maxBacklogSec: number
  /** What happens with more: a file or pipe waits; a device cannot wait, so that waiting audio is left out. */
  readonly whenFull: 'wait' | 'skip'
  /** Aborting it ends listening: audio that has arrived is still handed out, then the updates end. */
  readonly stop?: AbortSignal
  /** Whether the utterance ends when the input pauses: time passes also when no samples come. True if absent. */
  readonly endsAtPauses?: boolean
  /** Called for audio that is left out. */
  readonly log: Log
  /** Called with all audio when it arrives. */
  readonly onArrival?: (audio: Float32Array) => void
  /** Awaited before an update takes the audio that has arrived. */
  readonly turn?: () => Promise<void>
}

/** A pacer for live audio, which arrives while updates compute. */
export interface LivePacer extends Pacer {
  /** Starts listening before there are updates, so that nothing is missed while a model loads. */
  start(): void
  /** Ends listening; for when there were no updates. */
  close(): Promise<void>
}

/**
 * Real time: an update gets all audio that has arrived since the last one started, at least `minChunkSec`, or less when the
 * input stalls or ends. When the input pauses, an update without audio ends the utterance. Times are those of the clock,
 * from the first audio on.
 *
 * Ref: whisper_online_server.py ServerProcessor.receive_audio_chunk.
 */
export function live({ source, minChunkSec, startAtSec, clock, stop, log, ...options }: LivePacerOptions): LivePacer {
  const minSamples = Math.ceil(minChunkSec * SAMPLE_RATE)
  let stepSec = minChunkSec
  let turn: (() => Promise<void>) | null = null
  /** How long the last update waited for its turn. */
  let turnSec = 0
  const gaps = gapReport(source.name, log)
  let origin: number | null = null
  /** Until then nothing need come: what has come would still be spoken. */
  let coveredUntil = Number.POSITIVE_INFINITY
  const now = () => clock.now() - (origin ?? clock.now() - startAtSec)
  const backlog = new Backlog(source, {
    limitSamples: Math.max(minSamples, Math.round(options.maxBacklogSec * SAMPLE_RATE)),
    whenFull: options.whenFull,
    keptSamples: minSamples,
    onArrival(audio) {
      // When it arrives it has just been said.
      origin ??= clock.now() - startAtSec - audio.length / SAMPLE_RATE
      const now = clock.now()
      const begin = coveredUntil === Number.POSITIVE_INFINITY ? now : Math.max(coveredUntil, now)
      coveredUntil = Math.min(begin + audio.length / SAMPLE_RATE, now + MAX_COVERED_SEC)
      options.onArrival?.(audio)
    },
  })
  const within = async (samples: number, seconds: number) => {
    const patience = new AbortController()
    const over = clock.sleep(seconds, patience.signal).catch(() => undefined)
    await Promise.race([backlog.filled(samples), over])
    patience.abort()
  }
  /** Whether the pause has been told of that goes on. */
  let isPaused = true
  const portion = async (): Promise<QueuedAudio | null> => {
    while (options.endsAtPauses !== false && !isPaused && backlog.length === 0 && !backlog.ended) {
      const pauseSec = coveredUntil + PAUSED_AFTER_SEC - clock.now()
      isPaused = pauseSec <= 0
      if (isPaused) return null
      await within(1, pauseSec)
    }
    await backlog.filled(1)
    await within(Math.ceil(stepSec * SAMPLE_RATE), STALLED_AFTER * stepSec)
    const readyAt = clock.now()
    await options.turn?.()
    await turn?.()
    // Who waited for the model may be asked to let others go first by now.
    await options.turn?.()
    turnSec = clock.now() - readyAt
    // The source was held up, and has just been let go.
    if (backlog.isHeldUp) coveredUntil = Math.max(coveredUntil, clock.now())
    isPaused = false
    return backlog.take()
  }
  return {
    start: () => backlog.start(stop),
    close: () => backlog.close(),
    endTime: now,
    setStep(seconds) {
      // What comes while an update takes the step needs room as well: else a device would lose it.
      stepSec = Math.max(minChunkSec, Math.min(seconds, options.maxBacklogSec / 2))
    },
    setTurn(awaited) {
      turn = awaited
    },
    async *updates(signal) {
      const close = () => void backlog.close()
      signal?.addEventListener('abort', close, { once: true })
      try {
        if (signal?.aborted) return
        backlog.start(stop)
        yield* paced(backlog, portion, { startAtSec, now, gaps, turnSec: () => turnSec })
        backlog.throwIfFailed()
      } finally {
        signal?.removeEventListener('abort', close)
        await backlog.close()
        gaps.sum()
      }
    },
  }
}

/** What the updates of a stream are told with. */
interface PacedStream {
  readonly startAtSec: number
  readonly now: () => number
  readonly gaps: GapReport
  readonly turnSec: () => number
}

async function* paced(
  backlog: Backlog,
  portion: () => Promise<QueuedAudio | null>,
  { startAtSec, now, gaps, turnSec }: PacedStream,
): AsyncGenerator<PacedAudio> {
  let position = Math.trunc(startAtSec * SAMPLE_RATE)
  const waitingSec = () => backlog.length / SAMPLE_RATE
  const leftOutSec = () => backlog.skipped / SAMPLE_RATE
  for (let atEnd = false; !atEnd; ) {
    const portioned = await portion()
    if (portioned === null) {
      yield { audio: new Float32Array(0), now, resumeAtSec: position / SAMPLE_RATE }
      continue
    }
    const { audio, skippedSamples } = portioned
    atEnd = backlog.ended && backlog.length === 0
    if (audio.length === 0) continue
    position += skippedSamples
    const resumeAtSec = position / SAMPLE_RATE
    position += audio.length
    if (skippedSamples === 0) yield { audio, now, waitingSec, leftOutSec, turnSec: turnSec() }
    else {
      gaps.add(skippedSamples / SAMPLE_RATE, resumeAtSec)
      yield { audio, now, waitingSec, leftOutSec, turnSec: turnSec(), resumeAtSec }
    }
  }
}

interface GapReport {
  add(seconds: number, untilSec: number): void
  sum(): void
}

/** Says the first time, and at the end how much it was in all: a warning, not a flood. */
function gapReport(name: string, log: Log): GapReport {
  let [count, total] = [0, 0]
  return {
    add(seconds, untilSec) {
      count++
      total += seconds
      const [part, until] = [seconds.toFixed(1), untilSec.toFixed(1)]
      const message = `computing is slower than ${name}: ${part} s of audio before ${until} s were left out`
      if (count > 1) log.debug(message)
      else log.warn(`${message}; a smaller model, a larger --min-chunk-size or more --threads may help`)
    },
    sum() {
      if (count > 1) log.warn(`${total.toFixed(1)} s of audio were left out in all, in ${count} places`)
    },
  }
}
