import { SAMPLE_RATE } from '../../../core/sample-rate.js'
import type { EngineRun } from '../model/engine-run.js'
import { type LoudFrames, longestSilence, loudFrames, loudSeconds } from '../timing/energy.js'
import { allowedOf, type DetectedLanguage, type LanguageProbabilities } from './language-choice.js'

/** So much of the newest audio is heard at once: two seconds of German are Spanish now and then. */
const STRETCH_SEC = 3
/** With less sound in it a stretch says nothing. */
const MIN_LOUD_SEC = 1.5
/** So much audio lies between two checks, */
const STEP_SEC = 1
/** and so much where much of it comes at once. */
const LONG_STEP_SEC = 2
/** Another language is one that is so likely, */
const RIVAL_PROBABILITY = 0.85
/** in so many stretches in a row. */
const CHECKS_IN_A_ROW = 2
/** In so many stretches in a row it may be open whether the language is still the same, before that is taken for granted. */
const MAX_OPEN_CHECKS = 4
/** The other language begins so long before the end of the stretch that shows it, at the least, */
const LATEST_BEGIN_SEC = 0.8
/** and no longer than this. */
const EARLIEST_BEGIN_SEC = 8
/** A stretch that was heard as the old language may end with so much of the other one. */
const UNHEARD_SEC = 1.5

/** Says how likely the languages of a stretch of audio are. */
export type StretchLanguages = (audio: Float32Array, run: EngineRun) => Promise<LanguageProbabilities>

/** Another language than that of a stream, and where in the audio it begins. */
export interface LanguageChange {
  readonly language: DetectedLanguage
  /** Seconds from the start of the audio. */
  readonly atSec: number
}

/** Audio of a stream, and what it is taken for. */
export interface WatchedAudio {
  readonly audio: Float32Array
  readonly positionSamples: number
  /** The language of the stream. */
  readonly code: string
  /** The languages that are allowed; empty: any. */
  readonly allowed: readonly string[]
  readonly run: EngineRun
}

/**
 * Notices that a stream goes on in another language. A window that holds both says the old one for long, so the newest
 * seconds are heard by themselves. A short word between, a name, a quotation change nothing: two checks, a second apart, have
 * to agree.
 */
export class LanguageWatch {
  readonly #languages: StretchLanguages
  #checkedUntil = Number.NEGATIVE_INFINITY
  #rival: { readonly code: string; readonly checks: number } | null = null
  /** Up to where the language of the stream was heard last. */
  #ownUntil = Number.NEGATIVE_INFINITY
  /** Checks since then. */
  #openChecks = 0

  constructor(languages: StretchLanguages) {
    this.#languages = languages
  }

  /** Whether the newest checks have not heard the language of the stream: what is recognized there is a guess for now. */
  get isInDoubt(): boolean {
    return this.#openChecks > 0 && this.#openChecks <= MAX_OPEN_CHECKS
  }

  /**
   * Looks at the audio that it has not seen.
   * @returns where another language begins; null: nowhere
   */
  async changeIn(watched: WatchedAudio): Promise<LanguageChange | null> {
    const { audio, positionSamples } = watched
    const end = positionSamples + audio.length
    if (end < this.#checkedUntil) this.#begin(positionSamples)
    this.#checkedUntil = Math.max(this.#checkedUntil, positionSamples)
    let loud: LoudFrames | null = null
    for (;;) {
      const unseenSec = (end - this.#checkedUntil) / SAMPLE_RATE
      if (unseenSec < STEP_SEC) return null
      const step = unseenSec >= 2 * LONG_STEP_SEC ? LONG_STEP_SEC : Math.min(unseenSec, 2 * STEP_SEC)
      const toSec = (this.#checkedUntil - positionSamples) / SAMPLE_RATE + step
      this.#checkedUntil += Math.round(step * SAMPLE_RATE)
      loud ??= loudFrames(audio)
      const fromSec = Math.max(0, toSec - STRETCH_SEC)
      if (loudSeconds(loud, fromSec, toSec) < MIN_LOUD_SEC) continue
      const stretch = audio.subarray(Math.round(fromSec * SAMPLE_RATE), Math.round(toSec * SAMPLE_RATE))
      const best = likeliest(await this.#languages(stretch, watched.run), watched.allowed)
      if (!this.#isAgreed(best, watched.code)) continue
      const ownUntilSec = (this.#ownUntil - positionSamples) / SAMPLE_RATE
      const earliest = Math.max(0, toSec - EARLIEST_BEGIN_SEC, ownUntilSec - UNHEARD_SEC)
      const latest = Math.max(earliest, toSec - LATEST_BEGIN_SEC)
      this.#hearOwn(this.#checkedUntil)
      return { language: best!, atSec: longestSilence(loud, earliest, latest) ?? (earliest + latest) / 2 }
    }
  }

  /**
   * The languages of the first stretch that is clearly of one: where a recording begins with two, all of it is of none.
   * @returns null: no stretch is clear
   */
  async firstIn({ audio, allowed, run }: Omit<WatchedAudio, 'code'>): Promise<DetectedLanguage | null> {
    const loud = loudFrames(audio)
    for (let from = 0; from < audio.length; from += LONG_STEP_SEC * SAMPLE_RATE) {
      const stretch = audio.subarray(from, from + STRETCH_SEC * SAMPLE_RATE)
      if (loudSeconds(loud, from / SAMPLE_RATE, from / SAMPLE_RATE + STRETCH_SEC) < MIN_LOUD_SEC) continue
      const best = likeliest(await this.#languages(stretch, run), allowed)
      if (best && best.probability >= RIVAL_PROBABILITY) return best
    }
    return null
  }

  #begin(positionSamples: number): void {
    this.#checkedUntil = positionSamples
    this.#hearOwn(positionSamples)
  }

  #hearOwn(positionSamples: number): void {
    this.#ownUntil = positionSamples
    this.#openChecks = 0
    this.#rival = null
  }

  #isAgreed(best: DetectedLanguage | null, code: string): boolean {
    if (best?.code === code) {
      this.#hearOwn(this.#checkedUntil)
      return false
    }
    this.#openChecks++
    if (!best || best.probability < RIVAL_PROBABILITY) {
      this.#rival = null
      return false
    }
    const checks = this.#rival?.code === best.code ? this.#rival.checks + 1 : 1
    this.#rival = { code: best.code, checks }
    return checks >= CHECKS_IN_A_ROW
  }
}

/** The likeliest of the languages that are allowed; null: none is likely at all. */
function likeliest(probabilities: LanguageProbabilities, allowed: readonly string[]): DetectedLanguage | null {
  return allowedOf(probabilities, allowed).find(({ probability }) => probability > 0) ?? null
}
