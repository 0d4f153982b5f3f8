import type { Log, StreamProgress, VadStream } from '../../core/types.js'
import type { AudioLedger } from '../ledger/audio-ledger.js'

/** How the policy works. */
export interface AlignAttOptions {
  /** Text is final when attention is at least this many frames of 20 ms before the end of the audio. 25 if absent. */
  readonly frameThreshold?: number
  /** The buffer is cut when it is longer than this, in seconds. */
  readonly audioMaxLenSec?: number
  /** Text that stands before all that is said and scrolls away: names, the topic. */
  readonly initPrompt?: string
  /** Text that always stands before what was said: terms that must not be forgotten. */
  readonly staticInitPrompt?: string
  /** As of `OnlineOptions`. */
  readonly hallucinationFilter?: boolean
  /** As of `OnlineOptions`. */
  readonly vadStream?: VadStream | undefined
  /** Absent: nothing is told. */
  readonly log?: Log
  /** Name of the backend, for messages. */
  readonly backend?: string
  /** Records audio that goes without words. */
  readonly ledger?: AudioLedger | undefined
  /** Called within long updates with their progress. */
  readonly onProgress?: ((progress: StreamProgress) => void) | undefined
}

/** The buffer is cut when it is longer than this. Measured in docs/engine.md. */
export const AUDIO_MAX_LEN_SEC = 15
/** The distance to the end of the audio from which on text is final, in frames of 20 ms. */
export const FRAME_THRESHOLD = 25
