import { LogMel } from '../features/log-mel.js'
import type { EngineRun } from '../model/engine-run.js'
import type { DecoderCache, EncodedAudio, WhisperModel } from '../model/model.js'
import type { WhisperTokenizer } from '../model/tokenizer.js'
import type { HeardLanguages, LanguageProbabilities } from './language-choice.js'

/** Frames of 10 ms that are encoded: the stretch, and silence after it. */
const PROBE_FRAMES = 500

/**
 * The languages of encoded audio: how likely each is after the token that starts a transcript.
 * Ref: openai-whisper decoding.py detect_language.
 *
 * @param cache is empty afterwards but for that token
 */
export async function languagesOf(
  model: WhisperModel,
  tokenizer: WhisperTokenizer,
  cache: DecoderCache,
  audio: EncodedAudio,
): Promise<HeardLanguages> {
  const { startOfTranscript, endOfText, noSpeech } = tokenizer.special
  cache.truncate(0)
  const { scores } = await model.decode([startOfTranscript], 0, cache, audio)
  const logits = tokenizer.languages.map((code): [string, number] => [
    code,
    scores.tail[tokenizer.languageToken(code)! - endOfText]!,
  ])
  const most = Math.max(...logits.map(([, logit]) => logit))
  const sum = logits.reduce((all, [, logit]) => all + Math.exp(logit - most), 0)
  return {
    probabilities: new Map(logits.map(([code, logit]) => [code, Math.exp(logit - most) / sum])),
    isSpeech: most > scores.tail[noSpeech - endOfText]!,
  }
}

/** Hears in what language a short stretch of a stream is, beside what goes on in its windows. */
export class LanguageProbe {
  readonly #model: WhisperModel
  readonly #tokenizer: WhisperTokenizer
  readonly #mel: LogMel
  readonly #audio: EncodedAudio
  readonly #cache: DecoderCache

  constructor(model: WhisperModel, tokenizer: WhisperTokenizer) {
    this.#model = model
    this.#tokenizer = tokenizer
    this.#mel = new LogMel(model.config.dims.mels)
    this.#audio = model.createAudio()
    this.#cache = model.createCache()
  }

  /** @param audio mono, 16 kHz, at most 5 s */
  async languagesIn(audio: Float32Array, { clock, pause }: EngineRun): Promise<LanguageProbabilities> {
    await pause()
    const features = clock.measure('log-mel', () => this.#mel.window(audio, PROBE_FRAMES))
    return clock.measure('language', async () => {
      await this.#model.encode(features, this.#audio)
      const heard = await languagesOf(this.#model, this.#tokenizer, this.#cache, this.#audio)
      return heard.probabilities
    })
  }

  /** Releases what is kept. */
  close(): void {
    this.#audio.dispose()
    this.#cache.dispose()
  }
}
