import { searchWindow } from './beam-search.js'
import { type DecodingOptions, type DecodingResult, decodeWindow } from './decoding.js'
import { shiftedDraft } from './draft.js'
import { decodeWithFallback } from './fallback.js'
import { HOP_SAMPLES, LogMel, SAMPLE_RATE } from './log-mel.js'
import type { DecoderCache, EncodedAudio, WhisperModel } from './model.js'
import { decodeOnward, type OnwardResult } from './simultaneous-decoding.js'
import type { StageClock } from './stage-times.js'
import type { WhisperTokenizer } from './tokenizer.js'

/** The longest audio that Whisper hears at once, in seconds. */
export const WINDOW_SEC = 30
/** The same in samples. */
export const WINDOW_SAMPLES = WINDOW_SEC * SAMPLE_RATE
const WINDOW_FRAMES = WINDOW_SAMPLES / HOP_SAMPLES
/** Shorter windows make Whisper repeat itself: it was trained on 30 s. Measured in docs/engine.md. */
const LEAST_WINDOW_FRAMES = 1500
/** Silence behind the audio, without which the last words come out worse. Measured in docs/engine.md. */
const PADDING_FRAMES = 200
/** Windows have few different lengths, as memory is planned anew for each. */
const WINDOW_STEP_FRAMES = 50
/** A window that is probably no speech and is decoded with little confidence gives no text, as in openai-whisper. */
const NO_SPEECH_PROBABILITY = 0.6
/** Less confident text is doubtful, as in openai-whisper. */
const LEAST_AVERAGE_LOG_PROBABILITY = -1
/** Audio whose loudest sample is below -80 dBFS is not listened to. */
const SILENCE_PEAK = 1e-4
/** Samples from one encoder position to the next: 20 ms. */
const POSITION_SAMPLES = 2 * HOP_SAMPLES

/** What is decoded. */
export interface SessionOptions {
  /** Language code; null: detected in the first audio that has speech, and kept. */
  readonly language: string | null
  readonly task: 'transcribe' | 'translate'
  /** Texts that are followed at once where tokens are not drawn; 1: greedily. */
  readonly beamSize: number
  /** Temperatures that are tried in order while the text is doubtful; [0]: the likeliest text. */
  readonly temperatures: readonly number[]
}

/** A piece of audio to decode, 30 s at the most. */
export interface WindowRequest {
  /** Mono, 16 kHz. */
  readonly audio: Float32Array
  /** Tokens of what was said before. */
  readonly prompt: readonly number[]
  /** Position of the audio in the stream, if known: what was computed for it before is used again. */
  readonly positionSamples: number | undefined
  /** Whether the window begins where the windows of earlier updates did, so that their text is the draft of this one. */
  readonly usesDraft: boolean
  /** Called between steps; throws to end the recognition. */
  readonly checkpoint: () => void
  readonly clock: StageClock
}

/** A window whose text goes on behind what is final. */
export interface OnwardRequest extends Omit<WindowRequest, 'usesDraft'> {
  /** Tokens of the final text of this audio. */
  readonly prefix: readonly number[]
  /** How far into the audio attention may reach, in seconds. */
  readonly untilSec: number
}

/** How the text of a window went on. */
export interface OnwardWindow {
  readonly onward: OnwardResult
  /** Encoder positions of the window, padding included. */
  readonly positions: number
}

/** The text of a window. */
export interface DecodedWindow {
  readonly decoded: DecodingResult
  /** Encoder positions of the window, padding included. */
  readonly positions: number
}

/**
 * Decodes the windows of one stream. It keeps what helps with the next one: log-mel frames, the memory of the decoder's
 * cache, the last hypothesis, the language.
 */
export class WindowDecoder {
  readonly #model: WhisperModel
  readonly #tokenizer: WhisperTokenizer
  readonly #options: SessionOptions
  readonly #mel: LogMel
  readonly #cache: DecoderCache
  readonly #moreCaches: DecoderCache[] = []
  #language: string | null
  #last: { readonly tokens: readonly number[]; readonly positionSamples: number } | null = null

  constructor(model: WhisperModel, tokenizer: WhisperTokenizer, options: SessionOptions) {
    this.#model = model
    this.#tokenizer = tokenizer
    this.#options = options
    this.#mel = new LogMel(model.config.dims.mels)
    this.#cache = model.createCache()
    this.#language = model.config.multilingual ? options.language : 'en'
  }

  /** The language that is decoded in; null until it was detected. */
  get language(): string | null {
    return this.#language
  }

  /** Decodes a window; null when there is no speech in it. */
  async decode(request: WindowRequest): Promise<DecodedWindow | null> {
    if (isSilent(request.audio)) return null
    const audio = await this.#encode(request)
    try {
      const decoded = await this.#decodeWithDoubt(audio, request)
      return isSpeech(decoded) ? { decoded, positions: audio.positions } : null
    } finally {
      audio.dispose()
    }
  }

  /** Goes on behind a final text; null when there is no speech. */
  async goOn(request: OnwardRequest): Promise<OnwardWindow | null> {
    const audio = await this.#encode(request)
    try {
      const heard = Math.min(audio.positions, Math.ceil(request.audio.length / POSITION_SAMPLES))
      const onward = await decodeOnward(this.#model, this.#tokenizer, audio, this.#cache, {
        context: request.prompt,
        steering: await this.#steering(audio),
        prefix: request.prefix,
        heard,
        until: Math.min(heard, Math.floor((request.untilSec * SAMPLE_RATE) / POSITION_SAMPLES)),
        checkpoint: request.checkpoint,
        clock: request.clock,
      })
      return (onward.noSpeechProbability ?? 0) > NO_SPEECH_PROBABILITY ? null : { onward, positions: audio.positions }
    } finally {
      audio.dispose()
    }
  }

  /** Releases the cache. */
  close(): void {
    for (const cache of [this.#cache, ...this.#moreCaches]) cache.dispose()
  }

  async #encode({
    audio,
    positionSamples,
    clock,
    checkpoint,
  }: Omit<WindowRequest, 'usesDraft'>): Promise<EncodedAudio> {
    const frames = this.#windowFrames(audio.length)
    const features = clock.measure('log-mel', () => this.#mel.compute(audio, frames, positionSamples))
    checkpoint()
    return clock.measure('encoder', () => this.#model.encode(features, frames))
  }

  /** A prompt can lead the model astray: doubtful text is decoded again without it, and the more confident text wins. */
  async #decodeWithDoubt(audio: EncodedAudio, request: WindowRequest): Promise<DecodingResult> {
    const steering = await this.#steering(audio)
    const { checkpoint, clock } = request
    const decode = (prompt: readonly number[], draft: readonly number[]) => {
      const options = { prompt, steering, timestamps: true, draft, checkpoint, clock }
      const textOf = ({ tokens }: DecodingResult) => this.#tokenizer.decode(tokens)
      return decodeWithFallback(this.#options.temperatures, (at) => this.#decodeAt(at, audio, options), textOf)
    }
    const first = await decode(request.prompt, this.#draft(request))
    const again = isDoubtful(first) && request.prompt.length > 0 ? await decode([], []) : first
    const decoded = again.averageLogProbability > first.averageLogProbability ? again : first
    const { positionSamples } = request
    if (request.usesDraft && positionSamples !== undefined) this.#last = { tokens: decoded.tokens, positionSamples }
    return decoded
  }

  #decodeAt(temperature: number, audio: EncodedAudio, options: DecodingOptions): Promise<DecodingResult> {
    const { beamSize } = this.#options
    if (temperature > 0 || beamSize === 1) {
      return decodeWindow(this.#model, this.#tokenizer, audio, this.#cache, { ...options, temperature })
    }
    while (this.#moreCaches.length < beamSize - 1) this.#moreCaches.push(this.#model.createCache())
    return searchWindow(this.#model, this.#tokenizer, audio, [this.#cache, ...this.#moreCaches], options)
  }

  #windowFrames(samples: number): number {
    if (!this.#model.dynamicWindow) return WINDOW_FRAMES
    const wanted = Math.max(LEAST_WINDOW_FRAMES, Math.ceil(samples / HOP_SAMPLES) + PADDING_FRAMES)
    return Math.min(WINDOW_FRAMES, Math.ceil(wanted / WINDOW_STEP_FRAMES) * WINDOW_STEP_FRAMES)
  }

  #draft({ usesDraft, positionSamples }: WindowRequest): readonly number[] {
    if (!usesDraft || positionSamples === undefined || !this.#last) return []
    const cutSec = (positionSamples - this.#last.positionSamples) / SAMPLE_RATE
    return cutSec < 0 ? [] : shiftedDraft(this.#last.tokens, cutSec, this.#tokenizer.special.firstTimestamp)
  }

  async #steering(audio: EncodedAudio): Promise<readonly number[]> {
    if (!this.#model.config.multilingual) return []
    const { special } = this.#tokenizer
    this.#language ??= await this.#detectLanguage(audio)
    const language = this.#tokenizer.languageToken(this.#language) ?? special.startOfTranscript + 1
    return [language, this.#options.task === 'translate' ? special.translate : special.transcribe]
  }

  /** The language whose token is likeliest behind start-of-transcript. */
  async #detectLanguage(audio: EncodedAudio): Promise<string> {
    const { special } = this.#tokenizer
    this.#cache.truncate(0)
    const { scores } = await this.#model.decode([special.startOfTranscript], 0, this.#cache, audio)
    const logit = (token: number) => scores.tail[token - special.endOfText]!
    let best = special.startOfTranscript + 1
    for (let token = best; token < special.translate; token++) if (logit(token) > logit(best)) best = token
    return this.#tokenizer.languageCode(best)
  }
}

/** Whether there is nothing to listen to; what is no number counts as silence. */
export function isSilent(audio: Float32Array): boolean {
  return !audio.some((sample) => Math.abs(sample) >= SILENCE_PEAK)
}

function isDoubtful({ averageLogProbability, looped }: DecodingResult): boolean {
  return looped || averageLogProbability < LEAST_AVERAGE_LOG_PROBABILITY
}

function isSpeech(decoded: DecodingResult): boolean {
  return decoded.noSpeechProbability <= NO_SPEECH_PROBABILITY || !isDoubtful(decoded)
}
