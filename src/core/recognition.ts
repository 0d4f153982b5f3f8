import type { Segment, Word } from './types.js'

/** What goes with the audio of one recognition. */
export interface TranscribeOptions {
  /** Text that was said before this audio and is not in it any more; may be empty. */
  readonly prompt: string
  /** Aborting rejects the transcription with the signal's reason. */
  readonly signal?: AbortSignal
  /**
   * Position of `audio[0]` in the stream, in samples. A hint: a backend may use it to keep what it computed
   * for audio that it has seen before. Absent: nothing is known.
   */
  readonly positionSamples?: number
  /**
   * Seconds of `audio` whose text is committed. A hint: a backend may take what it said there last time for granted.
   * Absent: nothing is committed.
   */
  readonly committedSec?: number
  /**
   * The most texts that may be followed at once, where recognition must not be late; 1: greedily. A hint: a backend without beams
   * has nothing to do. Absent: as many as are configured.
   */
  readonly maxBeamSize?: number
  /**
   * Whether a detector of voices has surely heard somebody speak in `audio`. A hint: a recognizer that doubts whether there is any
   * speech may believe it. Absent: nothing is known.
   */
  readonly isSpeech?: boolean
  /** May be called while long audio is recognized, after each window of it. */
  readonly onProgress?: (progress: RecognitionProgress) => void
}

/** In what language a result is, where the recognizer finds that out. */
export interface ResultLanguage {
  /** Its code, as "de". Where it is another one than before, what was said before is no prompt for it. */
  readonly code: string
  /** Whether the recognizer is sure of it. Words in a language that is a guess are not committed yet. */
  readonly isSure: boolean
  /**
   * Seconds from the start of the audio at which another language begins; null: nowhere. The words before are final then,
   * there are none after, and recognition goes on there without what was said before.
   */
  readonly endsSec: number | null
}

/** How far a recognizer has come with long audio. */
export interface RecognitionProgress {
  /** Seconds of the audio, from its start, that are recognized. */
  readonly untilSec: number
  /** The words found since the last report, in seconds from the start of the audio. They may still change. */
  readonly words: readonly Word[]
}

/** How far a processor has come with the audio that it was given, while an update is under way. */
export interface StreamProgress {
  /** Second of the stream up to which the audio is recognized. */
  readonly recognizedSec: number
  /** What this update has found so far and has not given yet; null: nothing. */
  readonly unconfirmed: Segment | null
}
