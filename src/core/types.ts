/**
 * The values and roles that the rooms of this program share. Types only: nothing here runs.
 * Times are seconds, audio is mono float32 at 16 kHz with samples in [-1, 1], unless a name says otherwise.
 */

import type { Yielding } from './given-up.js'
import type { TranscribeOptions } from './recognition.js'

/** A word of a hypothesis or of committed text. */
export interface Word {
  /** Seconds; relative to the audio that was handed to the recognizer, or absolute, as the place says. */
  readonly begin: number
  /** Seconds, not before `begin`. */
  readonly end: number
  /** The text with whatever white space the backend's `sep` leaves to the words themselves. */
  readonly text: string
  /** Mean probability of the word's tokens in [0, 1], where the model gives one. */
  readonly probability?: number
}

/** A piece of text that is committed: it will not change any more. Times are absolute seconds of the stream. */
export interface Segment {
  /** Second of the stream at which its first word begins. */
  readonly begin: number
  /** Second of the stream at which its last word ends. */
  readonly end: number
  /** Its words as one text. Texts of segments are joined with the separator of the backend. */
  readonly text: string
  /** The committed words in order, with absolute times. */
  readonly words: readonly Word[]
}

/**
 * A speech recognizer: path 1 for a backend. The online processor calls `transcribe` on a growing buffer and asks
 * `tsWords` and `segmentsEndTs` about the result, whose form is the backend's own business.
 *
 * Ref: whisper_online.py ASRBase.
 */
export interface ASRBase<Result = unknown> {
  /** Joins words to text: "" when the words bring their own spaces (Whisper), " " otherwise. */
  readonly sep: string
  /** The language that was asked for; null or absent when the backend detects it. */
  readonly originalLanguage?: string | null
  /** Longest audio that the model takes at once, in seconds. Absent: 30. */
  readonly maxAudioSec?: number
  /**
   * Whether the model makes up text where nobody speaks, or repeats itself: its words then go through the hallucination
   * filter. Absent: what the loader's `capabilities` say, and false without them.
   */
  readonly hallucinates?: boolean
  /**
   * Recognizes `audio` (mono, 16 kHz), from its start to its end, however short.
   * @throws BackendError when recognition fails; the signal's reason when aborted
   */
  transcribe(audio: Float32Array, options: TranscribeOptions): Promise<Result>
  /** The words of a result in order of time; seconds from the start of the audio. */
  tsWords(result: Result): readonly Word[]
  /** Ends of the result's segments in order; seconds from the start of the audio. */
  segmentsEndTs(result: Result): readonly number[]
  /** Asks the backend to translate to English. Absent: it cannot. */
  setTranslateTask?(): void
  /**
   * Makes sure that it can recognize, before there is audio: asks a service whether it takes the key. Absent: it is given a
   * second of quiet noise.
   * @throws BackendError when it cannot
   */
  check?(): Promise<void>
  /** What its computing went to so far, stage by stage, for `--profile`. */
  timings?(): readonly StageTiming[]
  /**
   * Opens one more stream on the model that is loaded: a recognizer that shares the model and nothing else, and whose
   * `close` ends that stream only. Absent: the model serves one stream at a time.
   */
  session?(): Promise<ASRBase<Result>>
  /** Releases the model. The recognizer is not used afterwards. */
  close?(): Promise<void>
}

/** What a stage of recognition has cost. */
export interface StageTiming {
  /** As "encoder". */
  readonly stage: string
  /** Seconds of computing, all calls together. */
  readonly seconds: number
  /** How often it ran. */
  readonly calls: number
}

/**
 * Streaming recognition: path 2 for a backend that brings its own online algorithm, and the face of ours.
 *
 * Ref: whisper_online.py OnlineASRProcessor; "nothing new" is null, never a tuple of nulls.
 */
export interface ASRProcessor extends Yielding {
  /** Forgets everything and starts a stream whose first sample is at `offset` seconds (0). */
  init(offset?: number): void
  /** Hands over audio (mono, 16 kHz) that follows what was handed over before. */
  insertAudioChunk(audio: Float32Array): void
  /** Runs one update: newly committed text, or null. Called again after a failure it transcribes the audio once more. */
  processIter(signal?: AbortSignal): Promise<Segment | null>
  /**
   * Ends the stream: gives all text that is left, or null. With a signal that is aborted already nothing more is
   * recognized: what is known comes as it stands.
   */
  finish(signal?: AbortSignal): Promise<Segment | null>
  /** The text after the committed one that may still change, or null; for views that show it. Absent: not known. */
  unconfirmed?(): Segment | null
  /**
   * Goes on after a `finish`, at `offset` seconds: what lies between was no speech. What was said is remembered where it
   * helps with what comes. Absent: the processor is started anew with `init`.
   */
  resume?(offset: number): void
  /** Whether another `processIter` would do something without new audio. Absent: never. */
  hasMore?(): boolean
  /**
   * The second of the stream at which speech ended, where the last update or `finish` came to the end of an utterance; null
   * where it did not. Absent: not known.
   */
  utteranceEnd?(): number | null
  /** Releases what the processor holds. The pipeline calls it once at the end. */
  close?(): Promise<void>
}

/**
 * What became of audio. Committed: `words` lie under printed text, `between` for 2 s at the most between printed words of
 * an utterance. Judged no speech: `silent` by voice activity detection, `noText` by the recognizer, which found
 * no words. `skipped`: neither, for a reason.
 */
export type Disposition = 'words' | 'between' | 'silent' | 'noText' | 'skipped'

/** A stretch of audio with one disposition. */
export interface LedgerEntry {
  /** First sample, from the start of the ledger. */
  readonly begin: number
  /** Sample after the last. */
  readonly end: number
  /** What became of it. */
  readonly disposition: Disposition
  /** Why it was skipped; empty otherwise. */
  readonly reason: string
}

/** The sum of all audio with one disposition and reason. */
export interface LedgerSum {
  /** What became of it. */
  readonly disposition: Disposition
  /** Why it was skipped; empty otherwise. */
  readonly reason: string
  /** Samples at 16 kHz. */
  readonly samples: number
}

/** Voice activity detection in one stream: how likely there is speech in each window. */
export interface VadStream {
  /** Samples that are judged together. */
  readonly windowSamples: number
  /**
   * Judges the next windows of the stream.
   * @param audio whole windows
   * @returns the probability of speech in each, in [0, 1]
   */
  score(audio: Float32Array): Promise<readonly number[]>
  /** Forgets its state: another stream begins, or this one goes on elsewhere. */
  reset(): void
}

/** A model for voice activity detection, shared by any number of streams. */
export interface VadModel {
  /** Opens the detection of one stream. */
  open(): VadStream
  /** Releases the model. */
  close(): Promise<void>
}

/** Where loading and recognizing report to. The core calls it with plain sentences. */
export interface Log {
  /** What failed. */
  error(message: string): void
  /** What works otherwise than one may expect. */
  warn(message: string): void
  /** What goes on. */
  info(message: string): void
  /** What only somebody who looks for a fault wants to know. */
  debug(message: string): void
}

/** Time in seconds; handed in, so that the same code runs in real time, in simulation and under a fake clock. */
export interface Clock {
  /** Seconds from some fixed moment; never goes back. */
  now(): number
  /** Resolves after `seconds`; rejects with the signal's reason when aborted. */
  sleep(seconds: number, signal?: AbortSignal): Promise<void>
}

/** Audio that comes piece by piece: mono, 16 kHz, float32. Constructing one starts nothing. */
export interface AudioSource {
  /** What it is, for messages: a path, "standard input". */
  readonly name: string
  /** Length in seconds where it is known beforehand. */
  readonly durationSec?: number
  /**
   * The audio in order, in pieces of any size. Iterated once. Ending the loop early closes the source; so does aborting,
   * which ends the audio or throws the signal's reason.
   * @throws InputError when the audio cannot be read
   */
  read(signal?: AbortSignal): AsyncIterable<Float32Array>
}

/** Audio for one update, and the time that its output is stamped with. */
export interface PacedAudio {
  /** Mono, 16 kHz; empty where a live input paused. */
  readonly audio: Float32Array
  /** Emission time in seconds of the stream; to be asked when the update is done. */
  readonly now: () => number
  /** Present when audio before this was left out, or the source paused: the second of the stream at which this begins. */
  readonly resumeAtSec?: number
  /** Whether more of the same update follows: it is handed over, and the update waits. Absent: no. */
  readonly isPart?: boolean
}

/** Hands audio out in the portions, and at the times, at which updates run: a mode of the program. */
export interface Pacer {
  /** Iterated once; ending the loop early closes the source. */
  updates(signal?: AbortSignal): AsyncIterable<PacedAudio>
  /** Emission time of the last text, when all updates are done, in seconds of the stream. */
  endTime(): number
}

export type { Availability, Capabilities } from './capabilities.js'
export type { GivenUp, Yielding } from './given-up.js'
export type { PrefixASR, PrefixOptions, PrefixResult, PrefixWord } from './prefix-asr.js'
export type { RecognitionProgress, StreamProgress, TranscribeOptions } from './recognition.js'
