/** Kept before the end of audio without words, in seconds: the beginning of a word that the recognizer did not make out yet. */
const KEPT_SEC = 2
/** Less than this is not worth a cut: the next words are better for what was said before a short pause. */
const MIN_CUT_SEC = 2

/** What an update found behind the committed words. */
export interface HeardBehindWords {
  /** Whether that is nothing: no words, no speech without words, and nothing that was left out. */
  readonly isNothing: boolean
  /** Where its audio ended, in seconds of the stream. */
  readonly untilSec: number
  /** Where the last committed word ends, or the buffer begins, in seconds of the stream. */
  readonly wordsEndSec: number
}

/**
 * Finds audio that two hypotheses in a row agree to have no words: a room or music before speech. A model that has much of it
 * before the first words loses their beginning, and computes all of it again in each update.
 */
export class WordlessAudio {
  #untilSec: number | null = null

  /** @returns where to cut off the audio, in seconds of the stream; null: nowhere */
  cutAfter({ isNothing, untilSec, wordsEndSec }: HeardBehindWords): number | null {
    const agreedSec = isNothing ? this.#untilSec : null
    this.#untilSec = isNothing ? untilSec : null
    if (agreedSec === null) return null
    const cutSec = agreedSec - KEPT_SEC
    return cutSec - wordsEndSec >= MIN_CUT_SEC ? cutSec : null
  }
}
