import { SAMPLE_RATE } from '../../core/sample-rate.js'
import type { AudioSource, Clock, Pacer } from '../../core/types.js'
import { SampleQueue } from './sample-queue.js'

/** Samples that are held at most when all of them are wanted: 12 hours, 2.8 GB. What has no end must not fill the memory. */
const MAX_SAMPLES_AT_ONCE = 12 * 3600 * SAMPLE_RATE
/** All audio is handed over in parts of so many seconds: then it is held once, by who hears it, and no part takes long. */
const PART_SEC = 5

/** Options of pacers. */
export interface PacerOptions {
  /** The audio. */
  readonly source: AudioSource
  /** Minimum of new audio for an update, in seconds. */
  readonly minChunkSec: number
  /** Time of the source's first sample in the stream, in seconds. */
  readonly startAtSec: number
  /** The clock for times and waiting. */
  readonly clock: Clock
}

/**
 * Real-time simulation: the source is read at the speed of speech. An update gets all audio that has arrived since the last
 * one, at least `minChunkSec`.
 *
 * Ref: whisper_online.py, main loop, "online = simultaneous mode".
 */
export function realTime({ source, minChunkSec, startAtSec, clock }: PacerOptions): Pacer {
  let origin = Number.NaN
  let stepSec = minChunkSec
  const now = () => clock.now() - origin
  return {
    setStep(seconds) {
      stepSec = seconds
    },
    async *updates(signal) {
      const queue = new SampleQueue(source.read(signal))
      try {
        await queue.fill(1)
        origin = clock.now() - startAtSec
        let [begin, end] = [startAtSec, 0]
        for (let atEnd = false; !atEnd; begin = end) {
          await clock.sleep(Math.max(0, end + stepSec - now()), signal)
          end = now()
          const audio = await queue.take(samplesBetween(begin, end))
          await queue.fill(1)
          atEnd = queue.length === 0
          yield { audio, now }
        }
      } finally {
        await queue.close()
      }
    },
    endTime: now,
  }
}

/**
 * Computation-unaware simulation: the clock stops while updates compute; each is stamped with the end of its audio.
 *
 * Ref: whisper_online.py, main loop, "computational unaware mode".
 */
export function computationUnaware({ source, minChunkSec, startAtSec }: PacerOptions): Pacer {
  let consumedSamples = 0
  return {
    async *updates(signal) {
      const queue = new SampleQueue(source.read(signal))
      const first = Math.trunc(startAtSec * SAMPLE_RATE)
      try {
        let [begin, end] = [startAtSec, startAtSec + minChunkSec]
        let wanted = samplesBetween(begin, end)
        for (let atEnd = false; !atEnd; ) {
          const audio = await queue.take(wanted)
          consumedSamples += audio.length
          const now = end
          begin = end
          wanted = samplesBetween(begin, end + minChunkSec)
          await queue.fill(wanted + 1)
          // The rest is taken by its samples: rounded, its seconds may leave one behind, for ever.
          wanted = Math.min(wanted, queue.length)
          atEnd = queue.length === 0
          const duration = (first + consumedSamples + queue.length) / SAMPLE_RATE
          end = Math.min(end + minChunkSec, duration)
          yield { audio, now: () => now }
        }
      } finally {
        await queue.close()
      }
    },
    endTime: () => (Math.trunc(startAtSec * SAMPLE_RATE) + consumedSamples) / SAMPLE_RATE,
  }
}

/**
 * One update over everything, stamped by the clock.
 *
 * Ref: whisper_online.py, main loop, "offline mode processing".
 */
export function offline({ source, startAtSec, clock }: PacerOptions): Pacer {
  let origin = Number.NaN
  const now = () => clock.now() - origin
  return {
    async *updates(signal) {
      const queue = new SampleQueue(source.read(signal))
      try {
        origin = clock.now() - startAtSec
        for (let isPart = true; isPart; ) {
          const audio = await queue.take(PART_SEC * SAMPLE_RATE)
          queue.refuseMoreThan(MAX_SAMPLES_AT_ONCE)
          await queue.fill(1)
          isPart = queue.length > 0
          yield { audio, now, isPart }
        }
      } finally {
        await queue.close()
      }
    },
    endTime: now,
  }
}

/** Ref: whisper_online.py load_audio_chunk: both ends are cut to whole samples. */
function samplesBetween(begin: number, end: number): number {
  return Math.max(0, Math.trunc(end * SAMPLE_RATE) - Math.trunc(begin * SAMPLE_RATE))
}
