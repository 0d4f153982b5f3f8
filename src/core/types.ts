/**
 * The values and roles that the rooms of this program share. Types only: nothing here runs.
 * Times are seconds, audio is mono float32 at 16 kHz with samples in [-1, 1], unless a name says otherwise.
 */

import type { Yielding } from './dropped-audio.js'
import type { Effort } from './effort.js'
import type { AsrStreamError } from './errors.js'
import type { ResultLanguage, TranscribeOptions } from './recognition.js'

/** A word of a hypothesis or of committed text. */
export interface Word {
  /** Start in seconds: from the start of the audio that the recognizer got, or absolute, where stated. */
  readonly begin: number
  /** End in seconds, not before `begin`. */
  readonly end: number
  /** The text. With a `sep` of "" it includes the space before the word. */
  readonly text: string
  /** Mean probability of the word's tokens in [0, 1], where the model gives one. It says more than it should: see `confidence`. */
  readonly probability?: number
  /**
   * How likely it is that the word is right, in [0, 1], where the recognizer knows that: of ten words with 0.7, seven are. Absent:
   * nothing better is known than `probability`.
   */
  readonly confidence?: number
  /** Whether it is less than `minConfidence`; in final text only, and where that is given. Absent: no. */
  readonly isDoubtful?: boolean
}

/** A piece of committed text, which will not change any more. Times are absolute seconds of the stream. */
export interface Segment {
  /** Second of the stream at which its first word starts. */
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
 * `tsWords` and `segmentsEndTs` about the result, whose form the backend chooses.
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
   * By how much its words are late where one follows the other without a pause, in the median, in seconds; negative: early.
   * A transcriber takes it off the times that it gives. Absent: 0.
   */
  readonly wordDelaySec?: number
  /** Whether it neither changes nor transfers the audio that it is given. Absent: each call gets a copy of its own. */
  readonly leavesAudio?: boolean
  /**
   * Recognizes `audio` (mono, 16 kHz), from its start to its end, however short.
   * @throws BackendError when recognition fails; the signal's reason when aborted
   */
  transcribe(audio: Float32Array, options: TranscribeOptions): Promise<Result>
  /**
   * Resolves when a recognition would soon be computed, or the signal is aborted; never fails. Live audio is taken only then, so
   * that an update that had to wait for others hears all that has come. Absent: `transcribe` is called as soon as there is enough.
   */
  turn?(signal: AbortSignal): Promise<void>
  /** The words of a result in order of time; seconds from the start of the audio. */
  tsWords(result: Result): readonly Word[]
  /** Ends of the segments of a result in order; seconds from the start of the audio. */
  segmentsEndTs(result: Result): readonly number[]
  /** The language of a result; null where it was given. Absent: always given, or of no consequence. */
  languageOf?(result: Result): ResultLanguage | null
  /**
   * Seconds of speech behind the last word of a result that have no text, where the recognizer ends its text before the audio ends.
   * At the end of a stream, what sounds there is recognized by itself; audio in which there is none, and twice no words, is
   * forgotten. Absent: nothing is known of it.
   */
  skippedSpeechSec?(result: Result): number
  /** Asks the backend to translate to English. Absent: it cannot. */
  setTranslateTask?(): void
  /**
   * Checks that it can recognize, before there is audio, for example by asking a service whether it accepts the key. Absent:
   * `transcribe` is called with a second of quiet noise.
   * @throws BackendError when it cannot
   */
  check?(): Promise<void>
  /** Computing time so far, stage by stage, for `--profile`. */
  timings?(): readonly StageTiming[]
  /**
   * Opens another stream on the loaded model: a recognizer that shares only the model, and whose `close` ends that stream
   * only. Absent: the model serves one stream at a time.
   *
   * @param request what this stream asks for; what is absent is as the model was loaded
   * @throws UsageError when the model cannot do what is asked for
   */
  session?(request?: StreamRequest): Promise<ASRBase<Result>>
  /** Releases the model. The recognizer is not used afterwards. */
  close?(): Promise<void>
}

/** What one stream asks of a model that many share. */
export interface StreamRequest {
  /** Code or name of a language; "auto": it is detected. */
  readonly language?: string | undefined
  /** Whether the text is what was said, or English. */
  readonly task?: 'transcribe' | 'translate' | undefined
  /** Whose stream it is: clients have the same time of the model, however many streams each has. Absent: of one for all. */
  readonly client?: string | undefined
  /** Whether nobody waits for each word: streams that are spoken go first. False if absent. */
  readonly isPatient?: boolean | undefined
  /** Gets what is told of this stream. Absent: that of the model gets it. */
  readonly log?: Log | undefined
}

/** The computing time of a stage of recognition. */
export interface StageTiming {
  /** Name of the stage, such as "encoder". */
  readonly stage: string
  /** Seconds of computing, all calls together. */
  readonly seconds: number
  /** How often it ran. */
  readonly calls: number
}

/**
 * Streaming recognition: path 2 for a backend that brings its own online algorithm; our own algorithms implement it too.
 *
 * Ref: whisper_online.py OnlineASRProcessor; "nothing new" is null, never a tuple of nulls.
 */
export interface ASRProcessor extends Yielding {
  /** Resets everything and starts a stream whose first sample is at `offset` seconds (0). */
  init(offset?: number): void
  /** Adds audio (mono, 16 kHz) that follows the audio added before. That of a backend gets a copy of its own. */
  insertAudioChunk(audio: Float32Array): void
  /** Runs one update and returns the newly committed text, or null. Called again after a failure, it transcribes the audio again. */
  processIter(signal?: AbortSignal): Promise<Segment | null>
  /**
   * Ends the stream and returns the rest of the text, or null. With a signal that is already aborted, nothing more is
   * recognized: it returns the partial text as it is.
   */
  finish(signal?: AbortSignal): Promise<Segment | null>
  /** The text after the committed text that may still change, or null; for live views. Absent: not known. */
  unconfirmed?(): Segment | null
  /**
   * Goes on after `finish`, at `offset` seconds: there was no speech between. Earlier text is kept where it helps with the
   * text to come. Absent: the processor starts again with `init`.
   */
  resume?(offset: number): void
  /** Whether another `processIter` would do something without new audio. Absent: never. */
  hasMore?(): boolean
  /**
   * The second of the stream at which speech ended, if the last update or `finish` reached the end of an utterance; null
   * otherwise. Absent: not known.
   */
  utteranceEnd?(): number | null
  /**
   * Called between two updates when recognition is too late, or is in time again, with what to compute from now on; only with
   * `maxLag`. Nothing may be lost by it. Absent: it stays as it is, and gets more audio in each update, less often.
   */
  setEffort?(effort: Effort): void
  /** Releases the resources of the processor. It is called once, at the end. */
  close?(): Promise<void>
}

/**
 * What became of audio. Committed: `words` is audio under printed text, `between` is at most 2 s between printed words of
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
  /** Samples in a window. */
  readonly windowSamples: number
  /**
   * Judges the next windows of the stream.
   * @param audio whole windows
   * @returns the probability of speech in each, in [0, 1]
   */
  score(audio: Float32Array): Promise<readonly number[]>
  /** Resets its state: another stream starts, or this one goes on at another place. */
  reset(): void
}

/** A model for voice activity detection, shared by any number of streams. */
export interface VadModel {
  /** Opens the detection of one stream. */
  open(): VadStream
  /** Releases the model. */
  close(): Promise<void>
}

/** Receives messages of loading and recognition, as plain sentences. */
export interface Log {
  /** Reports a failure. */
  error(message: string): void
  /** Reports something that works differently from what a user expects; `toSender` is for whoever sent the audio. */
  warn(message: string, toSender?: string): void
  /** Reports what happens. */
  info(message: string): void
  /** Reports details for finding a fault. */
  debug(message: string): void
}

/** Time in seconds. It is a parameter, so that the same code runs in real time, in simulation and under a fake clock. */
export interface Clock {
  /** Seconds from some fixed moment; never goes back. */
  now(): number
  /** Resolves after `seconds`; rejects with the signal's reason when aborted. */
  sleep(seconds: number, signal?: AbortSignal): Promise<void>
}

/** Audio that comes piece by piece: mono, 16 kHz, float32. Creating one starts nothing. */
export interface AudioSource {
  /** What it is, for messages: a path, "standard input". */
  readonly name: string
  /** Length in seconds, if it is known beforehand. */
  readonly durationSec?: number
  /**
   * The audio in order, in pieces of any size. Iterated once. Ending the loop early closes the source; so does aborting,
   * which ends the audio or throws the signal's reason.
   * @throws InputError when the audio cannot be read
   */
  read(signal?: AbortSignal): AsyncIterable<Float32Array>
  /**
   * What of the audio was lost under way, as an error that is thrown when everything else is transcribed; asked at the end.
   * Null, or absent: nothing.
   */
  damage?(): AsrStreamError | null
}

/** Audio for one update, and the emission time of its output. */
export interface PacedAudio {
  /** Mono, 16 kHz; empty where a live input paused. */
  readonly audio: Float32Array
  /** Emission time in seconds of the stream; call it when the update is done. */
  readonly now: () => number
  /** Second of the stream at which this audio starts. Present when audio before it was left out, or the source paused. */
  readonly resumeAtSec?: number
  /** Whether more audio of the same update follows, for which the update waits. Absent: no. */
  readonly isPart?: boolean
  /** Seconds of audio that have arrived by now and are not handed out yet. Absent: all that has been spoken since. */
  readonly waitingSec?: () => number
  /** Seconds of audio that had to be left out since. Absent: none. */
  readonly leftOutSec?: () => number
  /** Seconds that the update had to wait for its turn when there was enough audio. Absent: none. */
  readonly turnSec?: number
}

/** Hands audio out in the portions, and at the times, of the updates: a mode of the program. */
export interface Pacer {
  /** Iterated once; ending the loop early closes the source. */
  updates(signal?: AbortSignal): AsyncIterable<PacedAudio>
  /** Emission time of the last text, when all updates are done, in seconds of the stream. */
  endTime(): number
  /** Changes the minimum of new audio for an update, in seconds. Absent: it stays as it is. */
  setStep?(seconds: number): void
  /** Sets what is awaited before an update takes its audio, when there is enough. Absent: nothing is. */
  setTurn?(turn: () => Promise<void>): void
}

export type { Availability, Capabilities } from './capabilities.js'
export type { GivenUp, Yielding } from './dropped-audio.js'
export type { Effort } from './effort.js'
export type { PrefixASR, PrefixOptions, PrefixResult, PrefixWord } from './prefix-asr.js'
export type { RecognitionProgress, ResultLanguage, StreamProgress, TranscribeOptions } from './recognition.js'
