import { UsageError } from '../../core/errors.js'
import { SAMPLE_RATE } from '../../core/sample-rate.js'
import type { ASRBase, Log, StreamProgress, VadStream } from '../../core/types.js'
import { type AudioBuffer, GrowingAudioBuffer, ReferenceAudioBuffer } from '../audio-buffer.js'
import type { BufferTrimming } from '../buffer-trimming.js'
import type { AudioLedger } from '../ledger/audio-ledger.js'
import type { CommittedText } from './committed-text.js'
import { referenceSentenceSplitter, type SentenceSplitter, sentenceSplitter } from './sentence-splitter.js'

/** What Whisper takes at once, if the recognizer does not say. */
const DEFAULT_MAX_AUDIO_SEC = 30

/**
 * The most new audio that is transcribed at once, in seconds, unless an option says how much: two hypotheses have to be there before
 * words are committed because the buffer is full.
 */
const STEP_SEC = 10

/** Options of the online processor. */
export interface OnlineOptions {
  /** Where and when the buffer is cut. Absent: at segments, when it exceeds 15 s. */
  readonly bufferTrimming?: BufferTrimming
  /** Language code, used to find ends of sentences; null: any language. */
  readonly language?: string | null
  /**
   * The longest audio that the recognizer gets at once, in seconds. Absent: its `maxAudioSec`, or 30. With Infinity the
   * recognizer handles long audio itself.
   */
  readonly maxBufferSec?: number
  /**
   * Whether text that the model probably made up is left out. Absent: if the recognizer declares that it `hallucinates`.
   */
  readonly hallucinationFilter?: boolean
  /** Detects speech in this stream only; the filter leaves out words where there is none. Absent: not used. */
  readonly vadStream?: VadStream | undefined
  /** Whether the recognizer translates: times of words are then no evidence of what it made up. */
  readonly isTranslation?: boolean
  /** "whisper_online": exactly as the reference, including its losses. */
  readonly compat?: 'whisper_online'
  /** Receives messages. Absent: nothing is logged. */
  readonly log?: Log
  /** Name of the backend, for messages. */
  readonly backend?: string
  /** Records audio that is dropped without being committed. */
  readonly ledger?: AudioLedger | undefined
  /** Called within long updates with their progress. */
  readonly onProgress?: ((progress: StreamProgress) => void) | undefined
  /** Called with the code of the language that is spoken, where the recognizer is sure of it. */
  readonly onLanguage?: ((code: string) => void) | undefined
}

/** What differs between the reference and this program; chosen once, when a processor is built. */
export interface CompatProfile {
  /** The longest audio that is recognized at once; a whole number, or Infinity. */
  readonly maxSamples: number
  /** The most new audio that is transcribed at once. */
  readonly stepSamples: number
  /** Whether words get through as they come, even after the end of the audio. */
  readonly trustsWords: boolean
  /** Whether text that the recognizer may have made up is left out. */
  readonly filtersHallucinations: boolean
  /** Whether a word that is said once more at the seam of two hypotheses is kept. */
  readonly keepsRepetition: boolean
  readonly usesReferencePrompt: boolean
  readonly transcribesTailOnFinish: boolean
  readonly skipsEmptyAudio: boolean
  /**
   * Whether audio without words is forgotten: the recognizer tells of speech that it has found no words for, and a detector of voices
   * of words that it has made up, which it does more where its audio begins shortly before the speech.
   */
  readonly forgetsWordless: boolean
  readonly usesOffsetOfResult: boolean
  readonly keepsTimesInOrder: boolean
  audioBuffer(offset: number): AudioBuffer
  /** Ends of the sentences that a cut may be made at. */
  sentenceEnds(committed: CommittedText, offset: number): readonly number[]
}

/** Samples that a recognizer takes at once. */
export function modelSamples({ maxAudioSec = DEFAULT_MAX_AUDIO_SEC }: ASRBase): number {
  return Math.floor(maxAudioSec * SAMPLE_RATE)
}

/** The profile of this program. */
export function defaultProfile(asr: ASRBase, options: OnlineOptions): CompatProfile {
  const { maxBufferSec, language = null, bufferTrimming, hallucinationFilter } = options
  const maxSec = maxBufferSec ?? asr.maxAudioSec ?? DEFAULT_MAX_AUDIO_SEC
  const maxSamples = Math.floor(maxSec * SAMPLE_RATE)
  if (!(maxSamples > 0)) {
    throw new UsageError(`a recognizer cannot take ${maxSec} s of audio at once`, {
      hint: 'give more seconds, or Infinity, as maxBufferSec, or as maxAudioSec of the backend',
    })
  }
  const splitter: SentenceSplitter =
    bufferTrimming?.strategy === 'sentence' ? sentenceSplitter(language, asr.sep) : () => []
  return {
    maxSamples,
    stepSamples: maxBufferSec === undefined ? STEP_SEC * SAMPLE_RATE : maxSamples,
    trustsWords: false,
    filtersHallucinations: hallucinationFilter ?? asr.hallucinates ?? false,
    keepsRepetition: true,
    usesReferencePrompt: false,
    transcribesTailOnFinish: true,
    skipsEmptyAudio: true,
    forgetsWordless: asr.skippedSpeechSec !== undefined && options.vadStream !== undefined,
    usesOffsetOfResult: true,
    keepsTimesInOrder: true,
    audioBuffer: (offset) => new GrowingAudioBuffer(offset),
    sentenceEnds: (committed, offset) => splitter(committed.after(offset)),
  }
}

/** The profile of whisper_online.py, losses included. */
export function whisperOnlineProfile(): CompatProfile {
  return {
    maxSamples: Number.POSITIVE_INFINITY,
    stepSamples: Number.POSITIVE_INFINITY,
    trustsWords: true,
    filtersHallucinations: false,
    keepsRepetition: false,
    usesReferencePrompt: true,
    transcribesTailOnFinish: false,
    skipsEmptyAudio: false,
    forgetsWordless: false,
    usesOffsetOfResult: false,
    keepsTimesInOrder: false,
    audioBuffer: (offset) => new ReferenceAudioBuffer(offset),
    sentenceEnds: (committed) => referenceSentenceSplitter(committed.words),
  }
}
