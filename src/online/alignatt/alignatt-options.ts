import type { Log, StreamProgress, VadStream } from '../../core/types.js'
import type { AudioLedger } from '../ledger/audio-ledger.js'

/** Options of AlignAtt. */
export interface AlignAttOptions {
  /**
   * Text is final when attention is at least this many frames of 20 ms before the end of the audio, the first words of a
   * text half as many again. 25 if absent.
   */
  readonly frameThreshold?: number
  /** Called with the code of the language that is spoken, where the recognizer is sure of it. */
  readonly onLanguage?: ((code: string) => void) | undefined
  /** The buffer is cut when it is longer than this, in seconds. */
  readonly audioMaxLenSec?: number
  /** Context for the start, which scrolls away as text is added: names, the topic. */
  readonly initPrompt?: string
  /** Context that stays for the whole stream: terms that must not be forgotten. */
  readonly staticInitPrompt?: string
  /** As in `OnlineOptions`. */
  readonly hallucinationFilter?: boolean
  /** As in `OnlineOptions`. */
  readonly vadStream?: VadStream | undefined
  /** Receives messages. Absent: nothing is logged. */
  readonly log?: Log
  /** Name of the backend, for messages. */
  readonly backend?: string
  /** Records audio that is dropped without words. */
  readonly ledger?: AudioLedger | undefined
  /** Called within long updates with their progress. */
  readonly onProgress?: ((progress: StreamProgress) => void) | undefined
}

/** The buffer is cut when it is longer than this. Measured in docs/engine.md. */
export const AUDIO_MAX_LEN_SEC = 15
/** Distance to the end of the audio from which text is final, in frames. */
const FRAME_THRESHOLD = 25
/** Positions of Whisper's encoder, which the frame threshold counts, are 20 ms apart. */
const FRAME_SEC = 0.02
/** The first words of a text, which have no words before them to go by, are final from so many times that distance on. */
export const FIRST_WORDS_FACTOR = 1.5

/** Distance to the end of the audio from which text is final, in seconds. */
export function distanceOf({ frameThreshold = FRAME_THRESHOLD }: AlignAttOptions): number {
  return frameThreshold * FRAME_SEC
}
