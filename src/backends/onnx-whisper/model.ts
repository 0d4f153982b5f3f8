import type { TokenScores } from './token-scores.js'

/** Sizes of a Whisper model. */
export interface WhisperDims {
  /** Mel bands that the encoder takes. */
  readonly mels: number
  /** Positions of the encoder, 20 ms each: 1500. */
  readonly audioContext: number
  /** Width of the encoder. */
  readonly audioState: number
  /** Positions of the decoder: 448. */
  readonly textContext: number
  readonly textLayers: number
  readonly textHeads: number
  /** Width of the decoder. */
  readonly textState: number
  readonly vocabulary: number
}

/** What the engine has to know of a model besides its graphs. */
export interface WhisperModelConfig {
  /** Name, as "tiny.en". */
  readonly name: string
  readonly multilingual: boolean
  readonly dims: WhisperDims
  /** `[layer, head]` of the cross-attention heads that follow the audio, sorted; empty when none are known. */
  readonly alignmentHeads: readonly (readonly [number, number])[]
  /** Tokens that are never sampled. */
  readonly suppressTokens: readonly number[]
  /** Tokens that are not sampled first. */
  readonly beginSuppressTokens: readonly number[]
}

/** One window of audio as the decoder sees it. */
export interface EncodedAudio {
  /** Encoder positions, 20 ms each. */
  readonly positions: number
  dispose(): void
}

/** What an encoder takes over from an earlier window of the same length. */
export interface EarlierWindow {
  readonly audio: EncodedAudio
  /** Positions from this one to before `to` are computed anew. */
  readonly from: number
  readonly to: number
}

/** The keys and values of the tokens that a decoder has seen. */
export interface DecoderCache {
  /** Tokens in the cache. */
  readonly length: number
  /** Forgets all tokens from `length` on. */
  truncate(length: number): void
  /** Takes over the tokens of another cache of the same model. */
  copyFrom(other: DecoderCache): void
  dispose(): void
}

/** What the decoder says to a run of tokens. */
export interface DecoderOutput {
  /** Scores after the token at `scoresStart` and each later one: `tokens - scoresStart` rows. */
  readonly scores: TokenScores
  /** Cross-attention weights of the alignment heads, `[heads, tokens, positions]`; null when the model gives none. */
  readonly alignment: Float32Array | null
}

/** The graphs of a Whisper model: tensors in, tensors out, no decision about text. */
export interface WhisperModel {
  readonly config: WhisperModelConfig
  /** Whether the encoder takes windows of any length; else each window is padded to 30 s. */
  readonly dynamicWindow: boolean
  /** Whether `decode` takes several tokens on top of a filled cache. */
  readonly checksDrafts: boolean
  /** Whether `encode` can take over positions of an earlier window. */
  readonly encodesParts: boolean
  /**
   * Encodes log-mel features `[mels, frames]`, `frames` even.
   *
   * @param earlier a window of which most positions hold; it is not disposed of
   */
  encode(features: Float32Array, frames: number, earlier?: EarlierWindow): Promise<EncodedAudio>
  createCache(): DecoderCache
  /**
   * Feeds `tokens` behind those in the cache and adds them to it.
   *
   * @param scoresStart index into `tokens` of the first one whose scores are wanted
   * @param wantsText whether the logits of all text tokens are wanted too
   */
  decode(
    tokens: readonly number[],
    scoresStart: number,
    cache: DecoderCache,
    audio: EncodedAudio,
    wantsText?: boolean,
  ): Promise<DecoderOutput>
  /** Releases the sessions. */
  close(): Promise<void>
}
