import type { Word } from '../../../core/types.js'

/**
 * A model that knows one language makes words of it of any other, without believing in them. Words of English speech have
 * a mean probability of 0.52 and more over ten seconds, noise and music included, and of 0.68 and more over twenty; of
 * German, French, Russian and Japanese 0.3 to 0.48. Spanish and Portuguese, at 0.62, are not told from English in noise
 * (tiny.en, measured over windows of 10 and 30 s).
 */
const BELIEVED = 0.42
/** The same where so many seconds are judged. */
const BELIEVED_LONG = 0.5
const LONG_SEC = 20
/** So much is judged, the newest of it. */
const MIN_WORDS = 15
const MIN_SEC = 10
const MAX_SEC = 30

/** Notices that what is said is hardly in the only language that the model knows. */
export class LanguageDoubt {
  #words: readonly Word[] = []
  #isTold = false

  /**
   * Takes in what was recognized last.
   *
   * @param words with times from `beginSec` on; they replace what was recognized there before
   * @param beginSec second of the stream
   * @returns whether it is now sure, true once
   */
  take(words: readonly Word[], beginSec: number): boolean {
    if (this.#isTold) return false
    const recentWords = words
      .filter(({ probability }) => probability !== undefined)
      .map((word) => ({ ...word, begin: word.begin + beginSec, end: word.end + beginSec }))
    const from = recentWords[0]?.begin ?? Number.POSITIVE_INFINITY
    const all = [...this.#words.filter(({ begin }) => begin < from), ...recentWords]
    // Many words at once, as of a whole recording, are judged as they were said.
    let oldest = 0
    this.#isTold = all.some(({ end }, at) => {
      while (oldest < at && all[oldest]!.begin < end - MAX_SEC) oldest++
      return isDoubted(all.slice(oldest, at + 1))
    })
    this.#words = all.slice(oldest)
    return this.#isTold
  }
}

function isDoubted(words: readonly Word[]): boolean {
  if (words.length < MIN_WORDS) return false
  const spokenSec = words.at(-1)!.end - words[0]!.begin
  if (spokenSec < MIN_SEC) return false
  const sum = words.reduce((all, { probability = 1 }) => all + probability, 0)
  return sum < (spokenSec < LONG_SEC ? BELIEVED : BELIEVED_LONG) * words.length
}
