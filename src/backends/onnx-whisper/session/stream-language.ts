import { SAMPLE_RATE } from '../../../core/sample-rate.js'
import type { EngineRun } from '../model/engine-run.js'
import type { WhisperModel } from '../model/model.js'
import type { WhisperTokenizer } from '../model/tokenizer.js'
import { loudFrames, loudSeconds } from '../timing/energy.js'
import { GivenLanguage } from './given-language.js'
import { type DetectedLanguage, type HeardLanguages, LanguageChoice } from './language-choice.js'
import { LanguageProbe } from './language-probe.js'
import { type LanguageChange, LanguageWatch } from './language-watch.js'
import type { SpokenLanguage } from './result.js'

/** In so much audio at once there may be two languages: 5 s. */
const LONG_AUDIO_SAMPLES = 5 * SAMPLE_RATE

/** What is known of the language of a stream before anything is heard. */
export interface LanguageOptions {
  /** Language code; null: detected. */
  readonly language: string | null
  /** Codes of the languages that may be detected; absent or empty: any. */
  readonly languages?: readonly string[]
}

/** Audio whose language is asked for. */
export interface LanguageRequest {
  readonly audio: Float32Array
  /** Position of the audio in the stream, if known. */
  readonly positionSamples: number | undefined
  readonly run: EngineRun
}

/** Says how likely the languages of a window are. */
export type WindowLanguages = () => Promise<HeardLanguages>

/** In what language a stream is decoded: given, or detected at first, and followed when another one is spoken. */
export class StreamLanguage {
  readonly #given: string | null
  readonly #allowed: readonly string[]
  /** Null: nothing is given, or the model knows no other language. */
  readonly #check: GivenLanguage | null
  /** Null: the language is given. */
  readonly #choice: LanguageChoice | null
  /** Null: given, or windows are always 30 s, and hearing short stretches as well would take too long. */
  readonly #watch: LanguageWatch | null
  readonly #probe: LanguageProbe | null

  constructor(model: WhisperModel, tokenizer: WhisperTokenizer, { language, languages = [] }: LanguageOptions) {
    const only = languages.length === 1 ? languages[0]! : null
    this.#given = model.config.multilingual ? (language ?? only) : 'en'
    this.#check = this.#given !== null && model.config.multilingual ? new GivenLanguage(this.#given) : null
    this.#allowed = languages
    this.#choice = this.#given === null ? new LanguageChoice(languages) : null
    const probe = this.#choice && model.dynamicWindow ? new LanguageProbe(model, tokenizer) : null
    this.#probe = probe
    this.#watch = probe && new LanguageWatch((audio, run) => probe.languagesIn(audio, run))
  }

  /** Its code; null until it was detected. */
  get code(): string | null {
    return this.#given ?? this.#choice?.current?.code ?? null
  }

  /** What was detected; null where it is given, or before the first window. */
  get detected(): SpokenLanguage | null {
    return this.#choice?.current ? { ...this.#choice.current, isSure: this.#choice.isSure } : null
  }

  /** What the stream is in rather than in the language that was given; null: nothing speaks for another one. */
  get rival(): DetectedLanguage | null {
    return this.#check?.rival ?? null
  }

  /** Whether it is a guess: undecided yet, or perhaps another one from now on. */
  get isGuessed(): boolean {
    return this.#choice !== null && (!this.#choice.isSure || this.#watch?.isInDoubt === true)
  }

  /** Asks a window for the language where that is open. */
  async decide({ audio, positionSamples = Number.NaN }: LanguageRequest, languages: WindowLanguages): Promise<void> {
    if (this.#check?.isSettled || this.#choice?.isDue({ begin: positionSamples }) === false) return
    const loudSec = loudSeconds(loudFrames(audio), 0, Number.POSITIVE_INFINITY)
    if (this.#check?.isDue(loudSec)) this.#check.take(await languages(), loudSec)
    if (!this.#choice) return
    const { probabilities, isSpeech } = await languages()
    this.#choice.take(probabilities, { loudSec, isSpeech, begin: positionSamples })
  }

  /**
   * Looks for another language in audio that was not looked at.
   * @returns where it begins; null: nowhere, or the language is given or not decided
   */
  async changeIn(request: LanguageRequest, languages: WindowLanguages): Promise<LanguageChange | null> {
    const { audio, positionSamples, run } = request
    if (!this.#choice || positionSamples === undefined) return null
    const watched = { audio, positionSamples, allowed: this.#allowed, run }
    if (!this.#choice.isSure && audio.length >= LONG_AUDIO_SAMPLES) {
      await this.decide(request, languages)
      const isMixed = this.#choice.isSure && !this.#choice.isClear
      const first = isMixed ? await this.#watch?.firstIn(watched) : null
      if (first) this.#choice.change(first, positionSamples)
    }
    if (!this.#choice.isSure) return null
    return (await this.#watch?.changeIn({ ...watched, code: this.#choice.current!.code })) ?? null
  }

  /** Goes on in another language. */
  change({ language }: LanguageChange, positionSamples: number): void {
    this.#choice?.change(language, positionSamples)
  }

  /** Gives memory back; what is known stays. */
  rest(): void {
    this.#probe?.close()
  }
}
