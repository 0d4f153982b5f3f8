import { scoresOf } from '../../src/backends/onnx-whisper/model/logits.js'
import type {
  DecoderCache,
  DecoderOutput,
  EncodedAudio,
  WhisperModel,
  WhisperModelConfig,
} from '../../src/backends/onnx-whisper/model/model.js'
import type { SpecialTokens } from '../../src/backends/onnx-whisper/model/tokenizer.js'

/** The probability of each token that may follow. */
export type Following = ReadonlyMap<number, number>

/** A cache that keeps the tokens themselves. */
class TokenCache implements DecoderCache {
  tokens: number[] = []

  get length(): number {
    return this.tokens.length
  }

  truncate(length: number): void {
    this.tokens = this.tokens.slice(0, length)
  }

  copyFrom(other: DecoderCache): void {
    this.tokens = [...(other as TokenCache).tokens]
  }

  dispose(): void {}
}

/** A model whose every answer is known: what follows depends on all tokens in the cache. */
export class ScriptedDecoder implements WhisperModel {
  readonly dynamicWindow = true
  readonly checksDrafts = true
  readonly encodesParts = false
  readonly cutsWindows = false
  readonly attends = false
  readonly config: WhisperModelConfig
  readonly #special: SpecialTokens
  readonly #following: (sampled: readonly number[]) => Following

  /** @param following what follows the tokens that were sampled; throws for a text that nobody can have */
  constructor(
    config: WhisperModelConfig,
    special: SpecialTokens,
    following: (sampled: readonly number[]) => Following,
  ) {
    this.config = config
    this.#special = special
    this.#following = following
  }

  createAudio(): EncodedAudio {
    return { positions: 50, dispose() {} }
  }

  async encode(): Promise<void> {}

  createCache(): DecoderCache {
    return new TokenCache()
  }

  async decode(tokens: readonly number[], scoresStart: number, cache: DecoderCache): Promise<DecoderOutput> {
    const before = (cache as TokenCache).tokens
    const all = [...before, ...tokens]
    const { vocabulary } = this.config.dims
    const rows = tokens.length - scoresStart
    const logits = new Float32Array(rows * vocabulary).fill(Number.NEGATIVE_INFINITY)
    for (let row = 0; row < rows; row++) {
      const told = all.slice(0, before.length + scoresStart + row + 1)
      const begin = told.lastIndexOf(this.#special.noTimestamps)
      // Before the text begins only the probability of silence is looked at.
      const following = begin < 0 ? new Map([[this.#special.noSpeech, 0.01]]) : this.#following(told.slice(begin + 1))
      for (const [token, probability] of following) logits[row * vocabulary + token] = Math.log(probability)
    }
    ;(cache as TokenCache).tokens = all
    return { scores: scoresOf(logits, vocabulary, this.#special.endOfText, []), alignment: null }
  }

  async close(): Promise<void> {}
}
