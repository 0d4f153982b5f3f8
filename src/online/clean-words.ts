import type { Word } from '../core/types.js'
import { isProbability } from '../core/word-checks.js'

/** Called with a description of times that no rounding explains. */
export type FarOff = (what: string) => void

/** Models with windows of 30 s put words anywhere in them, however short the audio is: that is not worth a word. */
const FAR_OUTSIDE_SEC = 30
/** Times of neighbors waver, but not by more. */
const FAR_OUT_OF_ORDER_SEC = 1
/** By more no rounding lays a word over the next one, or its end before its begin; by so much more it is worth a word. */
const [OVERLAP_SEC, FAR_OVER_SEC] = [0.1, 0.5]
/** Line breaks of all kinds and control characters: they would break lines apart, or reach into a terminal. */
const UNPRINTABLE = /[\p{Cc}\u2028\u2029]+/gu

/** Text in one line, without control characters. */
export function cleanText(text: string): string {
  return text.replace(UNPRINTABLE, ' ')
}

/**
 * Words with clean texts; probabilities that are none are left out. The same array where nothing is to be done.
 *
 * @param onOdd called with a number that is no probability
 */
export function cleanWords<Said extends Word>(
  words: readonly Said[],
  onOdd?: (probability: number) => void,
): readonly Said[] {
  const isSound = ({ text, probability, confidence }: Word) =>
    cleanText(text) === text && isProbability(probability) && isProbability(confidence)
  if (words.every(isSound)) return words
  return words.map((word) => {
    const { probability, confidence, ...rest } = { ...word, text: cleanText(word.text) }
    // A null is what programs in Python have for none.
    const odd = [probability, confidence].find((value) => typeof value === 'number' && !isProbability(value))
    if (odd !== undefined) onOdd?.(odd)
    return {
      ...rest,
      ...(isProbability(probability) && probability !== undefined && { probability }),
      ...(isProbability(confidence) && confidence !== undefined && { confidence }),
    } as Said
  })
}

/**
 * Words whose times lie in the audio, none beginning before the one before, ending before it begins or far over the next:
 * times are moved to the nearest that may be. The same array where nothing is to be done.
 *
 * @param words with finite times, in seconds from the start of the audio
 */
export function wordsInside<Said extends Word>(
  words: readonly Said[],
  audioSec: number,
  farOff: FarOff,
): readonly Said[] {
  const begins = timesInside(
    words.map(({ begin }) => begin),
    audioSec,
  )
  let moved = false
  const placed = words.map((word, at) => {
    const [earliest, begin, next] = [begins[at - 1] ?? 0, begins[at]!, begins[at + 1] ?? Number.POSITIVE_INFINITY]
    const isOver = next > begin && word.end - next > OVERLAP_SEC
    const end = Math.min(Math.max(isOver ? next : word.end, begin), audioSec)
    if (word.begin < -FAR_OUT_OF_ORDER_SEC || word.end > audioSec + FAR_OUTSIDE_SEC) {
      farOff(`${shown(word)} of ${audioSec.toFixed(1)} s of audio; they are seconds from the start of the audio`)
    } else if (begin - word.begin > FAR_OUT_OF_ORDER_SEC) {
      farOff(`${shown(word)}, where nothing is before ${earliest.toFixed(1)} s any more; words come in order`)
    } else if (word.begin - word.end > OVERLAP_SEC) {
      farOff(`${shown(word)}; a word ends after it begins`)
    } else if (isOver && word.end - next > FAR_OVER_SEC) {
      farOff(`${shown(word)}, and the next one begins at ${next.toFixed(1)} s; words come one after the other`)
    }
    if (begin === word.begin && end === word.end) return word
    moved = true
    return { ...word, begin, end }
  })
  return moved ? placed : words
}

/** Times in order, inside the audio. The same array where nothing is to be done. */
export function timesInside(times: readonly number[], audioSec: number): readonly number[] {
  let earliest = 0
  const placed = times.map((time) => {
    earliest = Math.min(Math.max(time, earliest), audioSec)
    return earliest
  })
  return placed.every((time, index) => time === times[index]) ? times : placed
}

function shown({ begin, end, text }: Word): string {
  return `"${text.trim()}" lies from ${begin} to ${end} s`
}

/**
 * Words none of which begins before a time, or before the end of the one before.
 * @param minSec what words get at least that are pressed together
 */
export function inOrderFrom<Timed extends Word>(words: readonly Timed[], time: number, minSec = 0): readonly Timed[] {
  let earliest = time
  return words.map((word) => {
    const begin = Math.max(word.begin, earliest)
    earliest = Math.max(begin + (begin === word.begin ? 0 : minSec), word.end)
    return begin === word.begin ? word : { ...word, begin, end: earliest }
  })
}
