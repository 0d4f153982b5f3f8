import { FRAME_SAMPLES, frameLevels, meanLevel } from '../../core/frame-levels.js'
import { SAMPLE_RATE } from '../../core/sample-rate.js'

const FRAME_SEC = FRAME_SAMPLES / SAMPLE_RATE
/** The background: the level that one frame in ten does not reach. */
const BACKGROUND_QUANTILE = 0.1
/** What may be speech is this much louder than the background. */
const ABOVE_BACKGROUND_DB = 9
/** Nothing quieter is taken for speech, in decibels of full scale. */
const MIN_SPEECH_DB = -65

/**
 * Where sound stands out of the background of some audio.
 *
 * @param audio mono, 16 kHz
 * @returns how many seconds of it there are between two times, in seconds from the start of the audio
 */
export function soundIn(audio: Float32Array): (begin: number, end: number) => number {
  const levels = frameLevels(audio)
  const background = Float32Array.from(levels).sort()[Math.floor(levels.length * BACKGROUND_QUANTILE)] ?? 0
  const least = Math.max(background + ABOVE_BACKGROUND_DB, MIN_SPEECH_DB)
  return (begin, end) => {
    const frames = levels.subarray(Math.max(0, Math.floor(begin / FRAME_SEC)), Math.ceil(end / FRAME_SEC))
    return frames.reduce((count, level) => count + (level > least ? 1 : 0), 0) * FRAME_SEC
  }
}

/** The mean level of audio between two times, in seconds from its start, in decibels of full scale. */
export function levelBetween(audio: Float32Array, begin: number, end: number): number {
  return meanLevel(audio.subarray(Math.max(0, Math.floor(begin * SAMPLE_RATE)), Math.ceil(end * SAMPLE_RATE)))
}
