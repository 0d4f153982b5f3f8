import type { Word } from '../../core/types.js'
import { basic } from '../normalizers/basic.js'

/** A word is looked for as near as this in other hypotheses. */
const NEAR_SEC = 0.6

/** Words at the place of a word: the same word if it is near, else what is at its time. */
export function wordsNear(words: readonly Word[], { begin, end, text }: Word): readonly Word[] {
  const near = words.filter((one) => one.begin < end + NEAR_SEC && one.end > begin - NEAR_SEC)
  const same = near.filter((one) => basic(one.text) === basic(text))
  return same.length > 0 ? same : words.filter((one) => one.begin < end && one.end > begin)
}

/** Whether two words are the same but for capitals and punctuation. */
export function isSame(one: Word, other: Word): boolean {
  return basic(one.text) === basic(other.text)
}

/** Seconds as sentences have them. */
export function inSeconds(seconds: number): string {
  return `${seconds.toFixed(2)} s`
}
