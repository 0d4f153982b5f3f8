/** The output of a stream: one union of events, for everything that shows, writes, serves or measures text. */

import type { LedgerEntry, LedgerSum, Segment, StageTiming } from './types.js'

/** Where an event comes from. */
export interface OfChannel {
  /** The channel of the recording, such as "Left"; absent: the channels are not transcribed separately. */
  readonly channel?: string | undefined
}

/** Text after the final text, which may still change. */
export interface TextPartialEvent extends OfChannel {
  readonly type: 'text-partial'
  /** The text with its words; null: there is none. It replaces that of the last event of this type. */
  readonly segment: Segment | null
}

/** Text that will not change. */
export interface TextFinalEvent extends OfChannel {
  readonly type: 'text-final'
  /** The text with its words; times are seconds of the stream. */
  readonly segment: Segment
  /** When it was emitted, in seconds of the stream. */
  readonly emittedAt: number
  /** Code of the language in which the text is written, such as "de". Absent: not known. */
  readonly language?: string | undefined
}

/** The end of an utterance, known from `vac` or from a pause of a live input. Its text is final. */
export interface UtteranceEndEvent extends OfChannel {
  readonly type: 'utterance-end'
  /** Second of the stream at which speech ended. */
  readonly at: number
}

/** How far the stream is: before and after each update, and during long ones. */
export interface ProgressEvent extends OfChannel {
  readonly type: 'progress'
  /** Second of the stream up to which audio has been taken in. */
  readonly takenSec: number
  /** Second of the stream up to which it is recognized; less than `takenSec` while an update is under way. */
  readonly recognizedSec: number
  /** Length of the recording in seconds, if it is known. */
  readonly durationSec?: number | undefined
  /** How late recognition is, by the clock of the stream, in seconds. */
  readonly lagSec: number
  /** Seconds of computing so far; divided by the recognized audio, it is the real-time factor. */
  readonly computingSec: number
}

/** With `maxLag`: what is computed from now on, because recognition is too late, or is in time again. */
export interface EffortEvent extends OfChannel {
  readonly type: 'effort'
  /**
   * "less": recognition was too late. "more": it has been in time for long. "least": it is too late although less cannot be
   * computed; told once in a stream.
   */
  readonly change: 'less' | 'more' | 'least'
  /** Minimum of new audio for an update, in seconds. */
  readonly stepSec: number
  /** The audio buffer is cut when it is longer than this, in seconds. */
  readonly windowSec: number
  /** The most texts that are followed at once; 1: greedily. Absent: beams were not asked for. */
  readonly beamSize?: number
  /** Whether that is all that was configured. */
  readonly isFull: boolean
  /** Seconds of audio that had arrived and were not recognized when the last update ended. */
  readonly lagSec: number
}

/** Audio that was left out, and why. */
export interface GapEvent extends OfChannel {
  readonly type: 'gap'
  /** Second of the stream at which it starts. */
  readonly begin: number
  /** Second of the stream at which it ends. */
  readonly end: number
  /** "backlog": it came faster than it could be recognized. "failure": its recognition failed. */
  readonly cause: 'backlog' | 'failure'
  /** The reason, in one line. */
  readonly reason: string
}

/** The last event of every stream. If the stream failed, its error is thrown after it. */
export interface EndEvent extends OfChannel {
  readonly type: 'end'
  /** "complete": all audio was processed. "aborted": the signal ended it. "failed": the error that is thrown next ended it. */
  readonly reason: 'complete' | 'aborted' | 'failed'
  /** What became of all audio. */
  readonly ledger: StreamLedger
  /** Computing time, stage by stage; empty if the backend does not measure it. */
  readonly timings: readonly StageTiming[]
}

/** What became of all audio of a stream. */
export interface StreamLedger {
  /** How much audio has each disposition. */
  readonly sums: readonly LedgerSum[]
  /** Stretches of audio with their disposition, in order, without overlap. */
  readonly entries: readonly LedgerEntry[]
  /** Stretches of quiet speech that were amplified, in order. */
  readonly lifts: readonly LedgerLift[]
}

/** A stretch of audio that was amplified before it was recognized. */
export interface LedgerLift {
  /** First sample, from the start of the ledger. */
  readonly begin: number
  /** Sample after the last. */
  readonly end: number
  /** The largest gain, in decibels. */
  readonly gainDb: number
}

/** An event of a stream; `type` says which. */
export type TranscriptEvent =
  | TextPartialEvent
  | TextFinalEvent
  | UtteranceEndEvent
  | ProgressEvent
  | EffortEvent
  | GapEvent
  | EndEvent
