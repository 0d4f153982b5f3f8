/** The types of recognisers that can continue a text; `types.ts` has them too. */

import type { ASRBase, TranscribeOptions, Word } from './types.js'

/** A word together with what its recogniser needs to go on behind it. */
export interface ContinuableWord extends Word {
  /** The model's own tokens of the word; nobody else looks into them. */
  readonly tokens: readonly number[]
}

/** What goes with the audio when a text is to be continued. */
export interface ContinueOptions extends TranscribeOptions {
  /** The words of this audio that are final: the text goes on behind them. */
  readonly prefix: readonly ContinuableWord[]
  /** Where the last of them ends, in seconds from the begin of the audio; what lies before needs no words any more. */
  readonly fromSec: number
  /** Words that the model hears behind this time may still change; in seconds from the begin of the audio. */
  readonly untilSec: number
}

/** How a text went on. */
export interface Continuation {
  /** Whole words that will not change, in order; seconds from the begin of the audio. */
  readonly words: readonly ContinuableWord[]
  /**
   * Why there are no more: `attention` came too near the end, the `text` is finished, there is `silence` only, the text
   * was `stuck` (attention jumped back, or it repeats itself).
   */
  readonly ended: 'attention' | 'text' | 'silence' | 'stuck'
  /** Seconds behind the last word and before `untilSec` in which there may be speech. */
  readonly unheardSec: number
}

/** A recogniser that can go on behind a text and tell where in the audio it is: for simultaneous policies. */
export interface ContinuingASR<Result = unknown> extends ASRBase<Result> {
  /**
   * Goes on behind a final text for as long as what it hears is far enough from the end of the audio.
   * @throws BackendError when recognition fails; the signal's reason when aborted
   */
  continueText(audio: Float32Array, options: ContinueOptions): Promise<Continuation>
}
