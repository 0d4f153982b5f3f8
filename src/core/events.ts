/** What comes out of a stream: one union of events, which everything that shows, writes, serves or measures consumes. */

import type { LedgerEntry, LedgerSum, Segment, StageTiming } from './types.js'

/** What is recognized after the final text, and may still change. */
export interface TextPartialEvent {
  readonly type: 'text-partial'
  /** With its words; null: nothing is open. It replaces what the last event of this type said. */
  readonly segment: Segment | null
}

/** Text that will not change. */
export interface TextFinalEvent {
  readonly type: 'text-final'
  /** The text with its words; times are seconds of the stream. */
  readonly segment: Segment
  /** When it was emitted, in seconds of the stream. */
  readonly emittedAt: number
}

/** Somebody stopped speaking: known from voice activity control, or from an input that paused. Its text is final. */
export interface UtteranceEndEvent {
  readonly type: 'utterance-end'
  /** Second of the stream at which speech ended. */
  readonly at: number
}

/** How far the stream has come. Comes before each update and after it, and during long ones. */
export interface ProgressEvent {
  readonly type: 'progress'
  /** Second of the stream up to which audio has been taken in. */
  readonly takenSec: number
  /** Second of the stream up to which it is recognized; less than `takenSec` while an update is under way. */
  readonly recognizedSec: number
  /** Length of the recording in seconds, where it is known. */
  readonly durationSec?: number | undefined
  /** How late recognition is by the clock of the stream, in seconds. */
  readonly lagSec: number
  /** Seconds of computing so far; divided by the audio recognized it is the real-time factor. */
  readonly computingSec: number
}

/** Audio that has no text, and why. */
export interface GapEvent {
  readonly type: 'gap'
  /** Second of the stream at which it begins. */
  readonly begin: number
  /** Second of the stream at which it ends. */
  readonly end: number
  /** "backlog": it came faster than it could be recognized. "failure": recognizing it failed. */
  readonly cause: 'backlog' | 'failure'
  /** In one line. */
  readonly reason: string
}

/** The last event of every stream. Of one that failed, the error is thrown after it. */
export interface EndEvent {
  readonly type: 'end'
  /** "complete": all audio was heard. "aborted": by the signal. "failed": by the error that is thrown next. */
  readonly reason: 'complete' | 'aborted' | 'failed'
  /** What became of all audio. */
  readonly ledger: StreamLedger
  /** What the computing went to, stage by stage; empty where the backend does not tell. */
  readonly timings: readonly StageTiming[]
}

/** What became of all audio of a stream. */
export interface StreamLedger {
  /** How much audio has which fate. */
  readonly sums: readonly LedgerSum[]
  /** In order, without overlap. */
  readonly entries: readonly LedgerEntry[]
  /** Stretches of quiet speech that were made louder, in order. */
  readonly lifts: readonly LedgerLift[]
}

/** A stretch of audio that was made louder before it was recognized. */
export interface LedgerLift {
  /** First sample, from the start of the ledger. */
  readonly begin: number
  /** Sample after the last. */
  readonly end: number
  /** The most it was lifted by, in decibels. */
  readonly gainDb: number
}

/** An event of a stream; `type` tells which. */
export type TranscriptEvent =
  | TextPartialEvent
  | TextFinalEvent
  | UtteranceEndEvent
  | ProgressEvent
  | GapEvent
  | EndEvent
