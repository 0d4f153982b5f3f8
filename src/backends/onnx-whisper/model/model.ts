import type { WindowFeatures } from '../features/log-mel.js'
import type { TokenScores } from './logits.js'

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
  /** Name, such as "tiny.en". */
  readonly name: string
  readonly multilingual: boolean
  readonly dims: WhisperDims
  /** `[layer, head]` of the cross-attention heads that follow the audio, sorted; empty when none are known. */
  readonly alignmentHeads: readonly (readonly [number, number])[]
  /** Tokens that are never sampled. */
  readonly suppressTokens: readonly number[]
  /** Tokens that are not sampled first. */
  readonly beginSuppressTokens: readonly number[]
  /** What the probabilities of its words mean; absent: as those of most models. */
  readonly confidence?: ConfidenceMap | undefined
}

/** How the probability of a word's spelling becomes that of the word being right: a logistic function of its log odds. */
export interface ConfidenceMap {
  /** What log odds are multiplied by; more than 0, so that what is likelier stays likelier. */
  readonly scale: number
  /** What is added to them then. */
  readonly offset: number
}

/** One window of audio as the decoder sees it: memory that an encoder writes. */
export interface EncodedAudio {
  /** Encoder positions, 20 ms each; 0 before anything was encoded. */
  readonly positions: number
  dispose(): void
}

/** Positions `from` to before `to`, 20 ms each. */
export interface PositionSpan {
  readonly from: number
  readonly to: number
}

/** The positions of a window that are computed, where the others are known of the window before it. */
export interface Stretch extends PositionSpan {
  /** Positions of the window before that are cut off its front; absent: none. */
  readonly dropped?: number
  /** Where the window begins in the 30 s that the model knows, in positions; absent: at their start. */
  readonly place?: number
  /** Positions at the end of the window before, of silence, that a longer one is filled up with; absent: it is not filled up. */
  readonly silent?: number
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
  /** Cross-attention weights of the alignment heads, `[heads, tokens, positions]`, valid until the next call; null when the
   * model gives none. */
  readonly alignment: Float32Array | null
}

/** The graphs of a Whisper model: tensors in, tensors out, no decision about text. */
export interface WhisperModel {
  readonly config: WhisperModelConfig
  /** Whether the encoder takes windows of any length; else each window is padded to 30 s. */
  readonly dynamicWindow: boolean
  /** Whether `decode` takes several tokens on top of a filled cache. */
  readonly checksDrafts: boolean
  /** Whether `encode` can leave positions as they are. */
  readonly encodesParts: boolean
  /** Whether `encode` can go on with a window whose front is cut off. */
  readonly cutsWindows: boolean
  /** Whether `decode` says where the model looks; else words have no times of their own. */
  readonly attends: boolean
  createAudio(): EncodedAudio
  /**
   * Encodes a window into `audio`, which holds another one or nothing.
   *
   * @param stretch the positions to compute; those before and after it stay as they are. Without it, all. Positions
   *   that the earlier window did not have have to be in it, unless it is filled up.
   */
  encode(features: WindowFeatures, audio: EncodedAudio, stretch?: Stretch): Promise<void>
  createCache(): DecoderCache
  /**
   * Feeds `tokens` after those in the cache and adds them to it.
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
