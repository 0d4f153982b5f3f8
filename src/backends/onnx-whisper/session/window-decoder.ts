import { SAMPLE_RATE } from '../../../core/sample-rate.js'
import { decodeAfterPrefix, type PrefixDecodingResult } from '../decoding/alignatt-decoding.js'
import { beamSearch } from '../decoding/beam-search.js'
import { type DecodingOptions, type DecodingResult, decodeWindow } from '../decoding/decoding.js'
import { type Draft, NO_DRAFT, shiftedDraft } from '../decoding/draft.js'
import { decodeWithFallback } from '../decoding/fallback.js'
import { KeptText } from '../decoding/kept-text.js'
import { OpenText } from '../decoding/open-text.js'
import { saysAgain } from '../decoding/repetition.js'
import type { KeyTerms } from '../decoding/term-spellings.js'
import type { DecoderCache, EncodedAudio, WhisperModel } from '../model/model.js'
import type { WhisperTokenizer } from '../model/tokenizer.js'
import type { TimedWord } from '../timing/timing.js'
import { beginsWithSpeech, isDoubtful, isSilent, isSpeech, surerOf } from './belief.js'
import type { HeardLanguages } from './language-choice.js'
import { languagesOf } from './language-probe.js'
import type { LanguageChange } from './language-watch.js'
import { type LanguageOptions, StreamLanguage } from './stream-language.js'
import { type EncodingRequest, POSITION_SAMPLES, WindowEncoder } from './window-encoder.js'

/** A prompt leads astray before that: "country" with -0.9 of "ask what you can do for your country". */
const MIN_PROMPTED_LOG_PROBABILITY = -0.7
/** The times of a word differ a little from one hypothesis to the next: what ends so little before is checked again. */
const HELD_MARGIN_SEC = 0.2

/** What is decoded. */
export interface SessionOptions extends LanguageOptions {
  readonly task: 'transcribe' | 'translate'
  /** Texts that are followed at once where tokens are not drawn; 1: greedily. */
  readonly beamSize: number
  /** Temperatures that are tried in order while the text is doubtful; [0]: the likeliest text. */
  readonly temperatures: readonly number[]
  /** Names and terms that are favored, see `keyTermsOf`; absent: none. */
  readonly keyTerms?: readonly string[]
}

/** A piece of audio to decode; where it grows, the text of the last one is the draft of the next. */
export interface WindowRequest extends EncodingRequest {
  /** Tokens of what was said before. */
  readonly prompt: readonly number[]
  /** Seconds of the audio whose text is committed. */
  readonly committedSec?: number | undefined
  /** As of `TranscribeOptions`. */
  readonly maxBeamSize?: number | undefined
  /** As of `TranscribeOptions`. */
  readonly isSpeech?: boolean | undefined
}

/** A window whose text starts after a prefix. */
export interface PrefixWindowRequest extends WindowRequest {
  /** Tokens of the final text of this audio. */
  readonly prefix: readonly number[]
  /** How far into the audio attention may reach, in seconds. */
  readonly untilSec: number
}

/** The text of a window after a prefix. */
export interface PrefixWindow {
  readonly decoded: PrefixDecodingResult
  /** Encoder positions of the window, padding included. */
  readonly positions: number
}

/** The text of a window. */
export interface DecodedWindow {
  readonly decoded: DecodingResult
  /** Whether the last update heard other audio. */
  readonly isFirst: boolean
  /** Encoder positions of the window, padding included. */
  readonly positions: number
}

/**
 * Decodes the windows of one stream. It keeps what helps with the next one: the encoder's states, the memory of the
 * decoder's cache, the last hypothesis, the language.
 */
export class WindowDecoder {
  readonly #model: WhisperModel
  readonly #tokenizer: WhisperTokenizer
  readonly #options: SessionOptions
  readonly #terms: KeyTerms | null
  readonly #encoder: WindowEncoder
  readonly #cache: DecoderCache
  readonly #kept = new KeptText()
  readonly #open: OpenText | null
  readonly #moreCaches: DecoderCache[] = []
  readonly #language: StreamLanguage
  readonly #isText = (token: number) => this.#tokenizer.isText(token)
  #last: {
    readonly result: Pick<DecodingResult, 'tokens' | 'probabilities'>
    readonly positionSamples: number
    readonly language: string | null
  } | null = null
  /** The words of the last hypothesis. */
  #words: readonly TimedWord[] = []

  /** @param terms what `keyTermsOf` makes of the terms of the options */
  constructor(model: WhisperModel, tokenizer: WhisperTokenizer, options: SessionOptions, terms: KeyTerms | null) {
    this.#model = model
    this.#tokenizer = tokenizer
    this.#options = options
    this.#terms = terms
    this.#encoder = new WindowEncoder(model)
    this.#cache = model.createCache()
    this.#language = new StreamLanguage(model, tokenizer, options)
    this.#open = model.checksDrafts ? new OpenText() : null
  }

  /** In what language it decodes. */
  get language(): StreamLanguage {
    return this.#language
  }

  /** As `StreamLanguage.changeIn`. */
  async changeOfLanguage(request: WindowRequest): Promise<LanguageChange | null> {
    if (isSilent(request.audio)) return null
    return this.#language.changeIn(request, async () => this.#languagesOf(await this.#encoder.encode(request)))
  }

  /** Decodes a window; null when there is no speech in it. */
  async decode(request: WindowRequest): Promise<DecodedWindow | null> {
    if (isSilent(request.audio)) return null
    const audio = await this.#encoder.encode(request)
    const isFirst = this.#draft(request).tokens.length === 0
    const decoded = await this.#decodeWithDoubt(audio, request)
    return request.isSpeech || isSpeech(decoded) ? { decoded, isFirst, positions: audio.positions } : null
  }

  /** Keeps the times of the words that were decoded last. */
  remember(words: readonly TimedWord[]): void {
    this.#words = words
  }

  /** Decodes a window after a prefix; null when there is no speech. */
  async decodeFrom(request: PrefixWindowRequest): Promise<PrefixWindow | null> {
    const audio = await this.#encoder.encode(request)
    const audioPositions = positionsWithAudio(audio, request)
    const taskTokens = await this.#taskTokens(audio, request)
    if (this.#language.isGuessed && request.untilSec !== Number.POSITIVE_INFINITY) return null
    this.#kept.begin(this.#model.checksDrafts ? request.positionSamples : undefined)
    const decoded = await decodeAfterPrefix(this.#model, this.#tokenizer, audio, this.#cache, {
      context: request.prompt,
      taskTokens,
      prefix: request.prefix,
      audioPositions,
      terms: this.#terms,
      kept: this.#kept,
      open: this.#open,
      until: Math.min(audioPositions, Math.floor((request.untilSec * SAMPLE_RATE) / POSITION_SAMPLES)),
      run: request.run,
    })
    return beginsWithSpeech(decoded, request.isSpeech) ? { decoded, positions: audio.positions } : null
  }

  /** Gives back the memory that is of use only while updates follow each other; text and language are kept. */
  rest(): void {
    this.#encoder.rest()
    this.#language.rest()
    this.#kept.forget()
    for (const cache of [this.#cache, ...this.#moreCaches]) cache.dispose()
  }

  /** Releases what is kept. */
  close(): void {
    this.#encoder.close()
    this.#language.rest()
    for (const cache of [this.#cache, ...this.#moreCaches]) cache.dispose()
  }

  /** A prompt can lead the model astray: doubtful text is decoded again without it, and the more confident text wins. */
  async #decodeWithDoubt(audio: EncodedAudio, request: WindowRequest): Promise<DecodingResult> {
    const taskTokens = await this.#taskTokens(audio, request)
    const beamSize = Math.min(this.#options.beamSize, request.maxBeamSize ?? Number.POSITIVE_INFINITY)
    const decode = (prompt: readonly number[], draft: Draft) => {
      const options = {
        prompt,
        taskTokens,
        timestamps: true,
        draft,
        audioPositions: positionsWithAudio(audio, request),
        terms: this.#terms,
        run: request.run,
      }
      const textOf = ({ tokens }: DecodingResult) => this.#tokenizer.decode(tokens)
      return decodeWithFallback(
        this.#options.temperatures,
        (at) => this.#decodeAt({ temperature: at, beamSize }, audio, options),
        { textOf, isText: this.#isText },
      )
    }
    const first = await decode(request.prompt, this.#draft(request))
    const isAstray = request.prompt.length > 0 && isDoubtful(first, MIN_PROMPTED_LOG_PROBABILITY)
    const again = isAstray ? await decode([], NO_DRAFT) : first
    const decoded = surerOf(first, again)
    const { positionSamples, isGrowing } = request
    if (isGrowing && positionSamples !== undefined) {
      const { tokens, probabilities } = decoded
      this.#last = { result: { tokens, probabilities }, positionSamples, language: this.#language.code }
    }
    this.#words = []
    return decoded
  }

  async #decodeAt(
    { temperature, beamSize }: { readonly temperature: number; readonly beamSize: number },
    audio: EncodedAudio,
    options: DecodingOptions,
  ): Promise<DecodingResult> {
    this.#kept.forget()
    const greedy = () => decodeWindow(this.#model, this.#tokenizer, audio, this.#cache, { ...options, temperature })
    if (temperature > 0 || beamSize === 1) return greedy()
    while (this.#moreCaches.length < beamSize - 1) this.#moreCaches.push(this.#model.createCache())
    const caches = [this.#cache, ...this.#moreCaches.slice(0, beamSize - 1)]
    const found = await beamSearch(this.#model, this.#tokenizer, audio, caches, options)
    if (!saysAgain(found.tokens, this.#isText)) return found
    // Beams prefer to skip a round, or the rest of the text, where somebody says the same again; the likeliest token does not.
    const again = await greedy()
    return again.looped ? found : again
  }

  /** The last hypothesis, of which that is held which is committed. */
  #draft({ isGrowing, positionSamples, committedSec = 0 }: WindowRequest): Draft {
    if (!isGrowing || positionSamples === undefined || this.#last?.language !== this.#language.code) return NO_DRAFT
    const { result } = this.#last
    const cutSec = (positionSamples - this.#last.positionSamples) / SAMPLE_RATE
    if (cutSec < 0) return NO_DRAFT
    const tokens = shiftedDraft(result.tokens, cutSec, this.#tokenizer.special.firstTimestamp)
    const gone = result.tokens.length - tokens.length
    const committed = this.#words.findLast(({ end }) => end - cutSec <= committedSec - HELD_MARGIN_SEC)
    const held = Math.max(0, (committed?.untilToken ?? 0) - gone)
    return { tokens, held, probabilities: result.probabilities.slice(gone, gone + held) }
  }

  async #taskTokens(audio: EncodedAudio, request: WindowRequest): Promise<readonly number[]> {
    if (!this.#model.config.multilingual) return []
    const { special } = this.#tokenizer
    await this.#language.decide(request, () => this.#languagesOf(audio))
    const language = this.#tokenizer.languageToken(this.#language.code ?? 'en') ?? special.startOfTranscript + 1
    return [language, this.#options.task === 'translate' ? special.translate : special.transcribe]
  }

  #languagesOf(audio: EncodedAudio): Promise<HeardLanguages> {
    this.#kept.forget()
    return languagesOf(this.#model, this.#tokenizer, this.#cache, audio)
  }
}

/** Encoder positions that hold real audio. */
function positionsWithAudio({ positions }: EncodedAudio, { audio }: EncodingRequest): number {
  return Math.min(positions, Math.ceil(audio.length / POSITION_SAMPLES))
}
