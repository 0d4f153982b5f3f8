import type { Word } from '../../types.js'
import { HOP_SAMPLES, SAMPLE_RATE } from './log-mel.js'

const FRAME_SEC = HOP_SAMPLES / SAMPLE_RATE
/** What is this far below the loud parts counts as silence; noise louder than that is left alone. */
const SILENCE_BELOW_LOUD_DB = 35
/** The loud parts: the level that one frame in twenty exceeds. */
const LOUD_QUANTILE = 0.95
/** The background: the level that one frame in ten does not reach. */
const BACKGROUND_QUANTILE = 0.1
/** What may be speech is this much louder than the background. */
const ABOVE_BACKGROUND_DB = 9
/** Speech may be this far below the loud parts: somebody speaks from afar behind somebody near. */
const SPEECH_BELOW_LOUD_DB = 50
/** Nothing quieter is taken for speech, in decibels of full scale: it is the noise of 16 bit. */
const LEAST_SPEECH_DB = -90
/** Shorter silences are stops and breaths inside words. */
const LEAST_SILENCE_SEC = 0.16
/** No word gets shorter than this. */
const LEAST_WORD_SEC = 0.06

/**
 * Takes the silence at the edges out of words: where a pause lies between words, warped attention gives it to the word
 * behind it or before it.
 *
 * @param words in order, seconds from the begin of `audio`
 * @param audio mono, 16 kHz
 */
export function withoutSilence<Timed extends Word>(words: readonly Timed[], audio: Float32Array): readonly Timed[] {
  const isSilent = silentFrames(audio)
  return words.map((word) => trimmed(word, isSilent))
}

/** For each 10 ms of audio, whether there may be speech. */
export type LoudFrames = Uint8Array

/**
 * Where there may be speech, of any voice: sound that stands out of the background.
 *
 * @param audio mono, 16 kHz
 */
export function loudFrames(audio: Float32Array): LoudFrames {
  const levels = frameLevels(audio)
  const sorted = Float32Array.from(levels).sort()
  const quantile = (share: number) => sorted[Math.floor(levels.length * share)] ?? 0
  const background = quantile(BACKGROUND_QUANTILE)
  const least = Math.max(
    background + ABOVE_BACKGROUND_DB,
    quantile(LOUD_QUANTILE) - SPEECH_BELOW_LOUD_DB,
    LEAST_SPEECH_DB,
  )
  return Uint8Array.from(levels, (level) => (level > least ? 1 : 0))
}

/** Seconds of loud audio between two times. */
export function loudSeconds(loud: LoudFrames, from: number, to: number): number {
  let count = 0
  for (let frame = Math.ceil(from / FRAME_SEC); frame < Math.min(loud.length, to / FRAME_SEC); frame++) {
    count += loud[frame]!
  }
  return count * FRAME_SEC
}

function silentFrames(audio: Float32Array): (frame: number) => boolean {
  const levels = frameLevels(audio)
  const loud = Float32Array.from(levels).sort()[Math.floor(levels.length * LOUD_QUANTILE)] ?? 0
  return (frame) => (levels[frame] ?? Number.NEGATIVE_INFINITY) < loud - SILENCE_BELOW_LOUD_DB
}

function trimmed<Timed extends Word>(word: Timed, isSilent: (frame: number) => boolean): Timed {
  const first = Math.round(word.begin / FRAME_SEC)
  const last = Math.max(first, Math.round(word.end / FRAME_SEC) - 1)
  let from = first
  while (from < last && isSilent(from)) from++
  if (from === last && isSilent(last)) return word
  let to = last
  while (to > from && isSilent(to)) to--
  const begin = (from - first) * FRAME_SEC >= LEAST_SILENCE_SEC ? from * FRAME_SEC : word.begin
  const end = (last - to) * FRAME_SEC >= LEAST_SILENCE_SEC ? (to + 1) * FRAME_SEC : word.end
  return end - begin >= LEAST_WORD_SEC ? { ...word, begin, end } : word
}

/** Decibels of each 10 ms. */
function frameLevels(audio: Float32Array): Float32Array {
  const levels = new Float32Array(Math.ceil(audio.length / HOP_SAMPLES))
  for (let frame = 0; frame < levels.length; frame++) {
    const end = Math.min(audio.length, (frame + 1) * HOP_SAMPLES)
    let energy = 1e-12
    for (let i = frame * HOP_SAMPLES; i < end; i++) energy += audio[i]! * audio[i]!
    levels[frame] = 10 * Math.log10(energy / HOP_SAMPLES)
  }
  return levels
}
