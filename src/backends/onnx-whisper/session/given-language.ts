import type { DetectedLanguage, HeardLanguages } from './language-choice.js'

/** With so much sound in a window the language is looked at: of less, Japanese is Hindi. */
const MIN_LOUD_SEC = 4
/** Sound is looked at again when there is so much more of it. */
const STEP_SEC = 2
/** Another language is one that is so likely. */
const RIVAL_PROBABILITY = 0.9

/** Notices that a stream is in another language than it was said to be: what is recognized then is guesswork, or a translation. */
export class GivenLanguage {
  readonly #code: string
  #leastLoudSec = MIN_LOUD_SEC
  #isSettled = false
  #rival: DetectedLanguage | null = null

  /** @param code in which the stream is decoded */
  constructor(code: string) {
    this.#code = code
  }

  /** What the stream is in rather; null: nothing speaks against the language that was given. */
  get rival(): DetectedLanguage | null {
    return this.#rival
  }

  /** Whether nothing more is to be looked at. */
  get isSettled(): boolean {
    return this.#isSettled
  }

  /** Whether a window is to be looked at. @param loudSec seconds of sound in it */
  isDue(loudSec: number): boolean {
    return !this.#isSettled && loudSec >= this.#leastLoudSec
  }

  /** Takes in what a window says that is due. */
  take({ probabilities, isSpeech }: HeardLanguages, loudSec: number): void {
    const [[code, probability]] = [...probabilities].sort(([, one], [, other]) => other - one) as [[string, number]]
    const isRival = code !== this.#code && isSpeech && probability >= RIVAL_PROBABILITY
    if (isRival) this.#rival = { code, probability }
    this.#isSettled = isRival || code === this.#code
    this.#leastLoudSec = loudSec + STEP_SEC
  }
}
