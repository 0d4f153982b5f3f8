import { frameLevels } from '../../../core/frame-levels.js'
import { SAMPLE_RATE } from '../../../core/sample-rate.js'
import type { Word } from '../../../core/types.js'
import { HOP_SAMPLES } from '../features/log-mel.js'

const FRAME_SEC = HOP_SAMPLES / SAMPLE_RATE
/** What is this far below the loud parts counts as silence; noise louder than that is left alone. */
const SILENCE_BELOW_LOUD_DB = 35
/** The loud parts: the level that one frame in twenty exceeds. */
const LOUD_QUANTILE = 0.95
/** The background: the level that one frame in ten does not reach. */
const BACKGROUND_QUANTILE = 0.1
/** The background near a frame: the least level so far before and after it; nobody speaks for 3 s without a gap. */
const NEAR_FRAMES = 150
/** Levels that are compared with it are means over so many frames. */
const SMOOTHED_FRAMES = 5
/** What is no further above the background near it is background as well. */
const BACKGROUND_SPREAD_DB = 7
/** What may be speech is this much louder than the background. */
const ABOVE_BACKGROUND_DB = 9
/** In a recording of ordinary level nothing quieter is taken for speech, in decibels of full scale. */
const MIN_ORDINARY_DB = -65
/** In a quiet one speech may be this far below the loud parts: somebody speaks from afar after somebody near. */
const SPEECH_BELOW_LOUD_DB = 45
/** Nothing quieter is taken for speech at all: it is the noise of 16 bit. */
const MIN_SPEECH_DB = -90
/** Shorter silences are stops and breaths inside words. */
const MIN_SILENCE_SEC = 0.16
/** Silences from this length on are not inside a word: the word lies on one side of it. */
const MIN_PAUSE_SEC = 1
/** No word gets shorter than this. */
const MIN_WORD_SEC = 0.06
/** A mark, which nobody says, stands after its word, and reaches into a pause no further than this. */
const MARK_SEC = 0.3
const MARK = /^[\s\p{P}\p{S}]+$/u

/**
 * Takes the silence at the edges out of words: where a pause lies between words, warped attention gives it to the word
 * after it or before it. Silence is what is far below the loud parts, and what is no louder than the background near it:
 * the noise of a room, however long the pause.
 *
 * Source for the background: Martin 2001, minimum statistics.
 *
 * @param words in order, seconds from the start of `audio`
 * @param audio mono, 16 kHz
 * @param fromSec end of the word before the first one
 */
export function withoutSilence<Timed extends Word>(
  words: readonly Timed[],
  audio: Float32Array,
  fromSec = 0,
): readonly Timed[] {
  const prominence = prominenceOf(audio)
  let earliest = fromSec
  return words.map((word) => {
    const placed = trimmed(word, earliest, prominence)
    earliest = placed.end
    return placed
  })
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
    Math.min(MIN_ORDINARY_DB, quantile(LOUD_QUANTILE) - SPEECH_BELOW_LOUD_DB),
    MIN_SPEECH_DB,
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

/**
 * Seconds of sound after a time that stand out of the background there, which may be far below that of all the audio: somebody speaks
 * softly after somebody beside a fan.
 *
 * @param audio mono, 16 kHz
 */
export function loudSecondsAfter(audio: Float32Array, fromSec: number): number {
  const after = audio.subarray(Math.round(fromSec * SAMPLE_RATE))
  return loudSeconds(loudFrames(after), 0, after.length / SAMPLE_RATE)
}

/** Shorter silences are stops inside words. */
const MIN_BREAK_FRAMES = 8

/** The middle of the longest silence between two times, in seconds; null: there is none of 80 ms. */
export function longestSilence(loud: LoudFrames, fromSec: number, toSec: number): number | null {
  const to = Math.min(loud.length, Math.floor(toSec / FRAME_SEC))
  let longest = { begin: 0, frames: 0 }
  for (let frame = Math.ceil(fromSec / FRAME_SEC), frames = 0; frame < to; frame++) {
    frames = loud[frame] === 0 ? frames + 1 : 0
    if (frames > longest.frames) longest = { begin: frame - frames + 1, frames }
  }
  return longest.frames < MIN_BREAK_FRAMES ? null : (longest.begin + longest.frames / 2) * FRAME_SEC
}

/** The amplitude of a frame over that of the background near it; 0: it is silent. */
type Prominence = (frame: number) => number

function prominenceOf(audio: Float32Array): Prominence {
  const levels = frameLevels(audio)
  const loud = Float32Array.from(levels).sort()[Math.floor(levels.length * LOUD_QUANTILE)] ?? 0
  const even = smoothed(levels)
  const background = minNear(even)
  return (frame) => {
    const level = levels[frame] ?? Number.NEGATIVE_INFINITY
    const above = (even[frame] ?? Number.NEGATIVE_INFINITY) - (background[frame] ?? 0)
    return level < loud - SILENCE_BELOW_LOUD_DB || above < BACKGROUND_SPREAD_DB ? 0 : 10 ** (above / 20)
  }
}

function trimmed<Timed extends Word>(word: Timed, earliest: number, prominence: Prominence): Timed {
  const first = Math.round(word.begin / FRAME_SEC)
  const last = Math.max(first, Math.round(word.end / FRAME_SEC) - 1)
  const sound = loudestPart(first, last, prominence)
  if (!sound) return isMark(word) ? behindItsWord(word, earliest) : word
  const begin = (sound.from - first) * FRAME_SEC >= MIN_SILENCE_SEC ? sound.from * FRAME_SEC : word.begin
  const end = (last - sound.to) * FRAME_SEC >= MIN_SILENCE_SEC ? (sound.to + 1) * FRAME_SEC : word.end
  return end - begin >= MIN_WORD_SEC ? { ...word, begin, end } : word
}

/** Whether a word is nothing but signs, which have no sound of their own. */
export function isMark({ text }: Word): boolean {
  return MARK.test(text)
}

function behindItsWord<Timed extends Word>(mark: Timed, wordEnd: number): Timed {
  const begin = Math.min(mark.begin, wordEnd)
  return { ...mark, begin, end: Math.min(mark.end, begin + MARK_SEC) }
}

/** A part of a word, in frames, both ends included. */
interface Part {
  readonly from: number
  readonly to: number
  /** Sum over its frames: a second of a louder room is less than half a second of speech. */
  readonly prominence: number
}

/** The part of a word, pauses being between parts, that stands out most, the later of two; null: there is none. */
function loudestPart(first: number, last: number, prominence: Prominence): Part | null {
  const parts: Part[] = []
  for (let frame = first; frame <= last; frame++) {
    const above = prominence(frame)
    if (above === 0) continue
    const part = parts.at(-1)
    if (!part || (frame - part.to) * FRAME_SEC >= MIN_PAUSE_SEC)
      parts.push({ from: frame, to: frame, prominence: above })
    else parts[parts.length - 1] = { from: part.from, to: frame, prominence: part.prominence + above }
  }
  const most = Math.max(...parts.map((part) => part.prominence))
  return parts.findLast((part) => part.prominence === most) ?? null
}

/** Levels as means of the power over some frames around each. */
function smoothed(levels: Float32Array): Float32Array {
  const reach = SMOOTHED_FRAMES >> 1
  return levels.map((_, frame) => {
    let [power, count] = [0, 0]
    for (let at = Math.max(0, frame - reach); at <= Math.min(levels.length - 1, frame + reach); at++, count++) {
      power += 10 ** (levels[at]! / 10)
    }
    return 10 * Math.log10(power / count)
  })
}

/** For each frame the least level near it: the least of whole parts, so that it costs little. */
function minNear(levels: Float32Array): Float32Array {
  const partFrames = NEAR_FRAMES / 3
  const parts = new Float32Array(Math.ceil(levels.length / partFrames)).fill(Number.POSITIVE_INFINITY)
  for (const [frame, level] of levels.entries()) {
    const part = Math.floor(frame / partFrames)
    parts[part] = Math.min(parts[part]!, level)
  }
  const near = parts.map((_, part) => Math.min(...parts.subarray(Math.max(0, part - 3), part + 4)))
  return levels.map((_, frame) => near[Math.floor(frame / partFrames)]!)
}
