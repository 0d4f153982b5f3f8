/** How likely the languages of a window are, by code. */
export type LanguageProbabilities = ReadonlyMap<string, number>

/** The languages that a window may be in. */
export interface HeardLanguages {
  readonly probabilities: LanguageProbabilities
  /** Whether the model takes it rather for speech of the likeliest than for none. */
  readonly isSpeech: boolean
}

/** A language, and how likely it was when it was decided. */
export interface DetectedLanguage {
  readonly code: string
  /** In [0, 1], among the languages that are allowed. */
  readonly probability: number
}

/** What there is to decide a language by. */
export interface LanguageEvidence {
  /** Seconds of sound in the window. */
  readonly loudSec: number
  /** As of `HeardLanguages`. */
  readonly isSpeech: boolean
  /** Position at which the window begins: another one is another utterance, or a buffer that was cut. */
  readonly begin: number
}

/** A language is decided when it is this likely, by this much sound: of less, Japanese is Hindi, and Portuguese Romanian. */
const SURE_PROBABILITY = 0.8
const SURE_LOUD_SEC = 1
/** By so much speech the likeliest is taken: nobody waits for ever. */
const DECIDED_SPEECH_SEC = 4
/** The same for sound that is hardly speech: strings are Latin, with 0.44. */
const DECIDED_SOUND_SEC = 10
/** Another language is no rival below this probability. */
const RIVAL_PROBABILITY = 0.5
/** Another language takes over when it is so many times as likely, twice in a row. */
const AHEAD = 2
const CHECKS_IN_A_ROW = 2
/** With so much sound, once is enough. */
const PLENTY_LOUD_SEC = 5

/**
 * Decides in what language a stream is decoded. At first, and for as long as the model is not sure (less than 0.8, or by
 * less than a second of sound: the first seconds were silence), each window is asked, and the likeliest language is
 * taken; by 4 s of speech it counts as sure. Then the language stays, unless `LanguageWatch` hears another one. Where several languages are allowed, each utterance is asked until
 * it is sure; the language changes only if another one is twice as likely on two checks in a row, or by 5 s of sound.
 */
export class LanguageChoice {
  readonly #allowed: readonly string[]
  #current: DetectedLanguage | null = null
  #isSure = false
  #settledBegin: number | null = null
  #rival: { readonly code: string; readonly checks: number } | null = null

  /** @param allowed codes; empty: any */
  constructor(allowed: readonly string[]) {
    this.#allowed = allowed
  }

  /** The language as it stands; null before the first window. */
  get current(): DetectedLanguage | null {
    return this.#current
  }

  /** Whether the model was sure of it. */
  get isSure(): boolean {
    return this.#isSure
  }

  /** Whether it was likely as well when it was decided, and not only the likeliest. */
  get isClear(): boolean {
    return this.#isSure && this.#current!.probability >= SURE_PROBABILITY
  }

  /** Whether a window that begins there is to be asked. */
  isDue({ begin }: Pick<LanguageEvidence, 'begin'>): boolean {
    if (!this.#isSure) return true
    return this.#allowed.length > 1 && begin !== this.#settledBegin
  }

  /** Takes in what a window says. */
  take(probabilities: LanguageProbabilities, { loudSec, isSpeech, begin }: LanguageEvidence): void {
    const known = allowedOf(probabilities, this.#allowed)
    const [best] = known
    if (!best) return
    if (!this.#isSure) {
      this.#current = best
      const isClear = best.probability >= SURE_PROBABILITY && loudSec >= SURE_LOUD_SEC
      this.#isSure = isClear || loudSec >= (isSpeech ? DECIDED_SPEECH_SEC : DECIDED_SOUND_SEC)
      if (isClear) this.#settledBegin = begin
      return
    }
    const isClear = best.probability >= RIVAL_PROBABILITY && loudSec >= SURE_LOUD_SEC
    const current = this.#current!
    if (best.code === current.code) {
      this.#rival = null
      if (isClear) this.#settledBegin = begin
      return
    }
    const own = known.find(({ code }) => code === current.code)?.probability ?? 0
    if (!isClear || best.probability < AHEAD * own) {
      this.#rival = null
      return
    }
    const checks = this.#rival?.code === best.code ? this.#rival.checks + 1 : 1
    this.#rival = { code: best.code, checks }
    if (checks < CHECKS_IN_A_ROW && loudSec < PLENTY_LOUD_SEC) return
    this.#current = best
    this.#rival = null
    this.#settledBegin = begin
  }

  /** Goes on in another language. */
  change(language: DetectedLanguage, begin: number): void {
    this.#current = language
    this.#isSure = true
    this.#settledBegin = begin
    this.#rival = null
  }
}

/**
 * The languages that are allowed, the likeliest first; their probabilities add up to one again.
 * @param allowed codes; empty: any
 */
export function allowedOf(
  probabilities: LanguageProbabilities,
  allowed: readonly string[],
): readonly DetectedLanguage[] {
  const known = [...probabilities].filter(([code]) => allowed.length === 0 || allowed.includes(code))
  const total = known.reduce((sum, [, probability]) => sum + probability, 0)
  return known
    .map(([code, probability]) => ({ code, probability: total > 0 ? probability / total : 0 }))
    .sort((one, other) => other.probability - one.probability)
}
