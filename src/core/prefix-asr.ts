/** The types of recognizers that decode after a forced prefix; `types.ts` has them too. */

import type { ResultLanguage } from './recognition.js'
import type { ASRBase, TranscribeOptions, Word } from './types.js'

/** A word together with what its recognizer needs to force it as part of a prefix. */
export interface PrefixWord extends Word {
  /** The model's own tokens of the word; nobody else looks into them. */
  readonly tokens: readonly number[]
}

/** What goes with the audio when decoding starts after a prefix. */
export interface PrefixOptions extends TranscribeOptions {
  /** The words of this audio that are final: the prefix. */
  readonly prefix: readonly PrefixWord[]
  /** Where the last of them ends, in seconds from the start of the audio; nothing before it is transcribed again. */
  readonly fromSec: number
  /** Words after this time may still change; in seconds from the start of the audio. */
  readonly untilSec: number
}

/** The text after a prefix. */
export interface PrefixResult {
  /** Whole words that will not change, in order; seconds from the start of the audio. */
  readonly words: readonly PrefixWord[]
  /**
   * Why there are no more: `attention` came too near the end, the `text` is finished, there is `silence` only, the text
   * was `stuck` (attention jumped back, or it repeats itself).
   */
  readonly ended: 'attention' | 'text' | 'silence' | 'stuck'
  /** Seconds after the last word and before `untilSec` in which there may be speech. */
  readonly skippedSpeechSec: number
  /**
   * Whether something said in front of the last word may be missing, as where a word lasts far longer than it takes. It is
   * transcribed once more without the prefix then, and the longer text stands. Absent: nothing is known of it.
   */
  readonly mayLackWords?: boolean
  /** The language of the words; absent or null where it was given. While it is not sure there are no words. */
  readonly language?: ResultLanguage | null
}

/** A recognizer that decodes after a forced prefix and tells where in the audio it is: for AlignAtt. */
export interface PrefixASR<Result = unknown> extends ASRBase<Result> {
  /**
   * Decodes after a prefix for as long as its attention is far enough from the end of the audio.
   * @throws BackendError when recognition fails; the signal's reason when aborted
   */
  transcribeFrom(audio: Float32Array, options: PrefixOptions): Promise<PrefixResult>
}
