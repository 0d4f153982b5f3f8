import type { PrefixResult, Word } from '../../../core/types.js'
import type { StageTimes } from '../model/stage-timings.js'
import type { DetectedLanguage } from './language-choice.js'

/** A language that was detected. */
export interface SpokenLanguage extends DetectedLanguage {
  /** Whether it stays. */
  readonly isSure: boolean
}

/** A stretch of speech between two timestamps; seconds from the start of the audio. */
export interface WhisperSegment {
  readonly begin: number
  readonly end: number
  readonly text: string
  readonly words: readonly Word[]
  /** Mean log probability of the tokens of the window that the segment is in. */
  readonly averageLogProbability: number
  /** Probability in [0, 1] that the window has no speech. */
  readonly noSpeechProbability: number
}

/** What Whisper recognized in a piece of audio. */
export interface WhisperResult {
  /** Language code that was decoded in. */
  readonly language: string
  /** How that was found; null where it is given. */
  readonly detected: SpokenLanguage | null
  /** In what language the audio is rather, where one is given; null: nothing speaks against that. */
  readonly rival: DetectedLanguage | null
  /** Whether the language is a guess, see `ResultLanguage`. */
  readonly isGuessed: boolean
  /** As of `ResultLanguage`. */
  readonly endsSec: number | null
  readonly segments: readonly WhisperSegment[]
  /** As `ASRBase.skippedSpeechSec`. */
  readonly skippedSpeechSec: number
  /** What the computing went to. */
  readonly stages: StageTimes
}

/** The text after a prefix. */
export interface WhisperPrefixResult extends PrefixResult {
  /** The language that was found; null where it is given. */
  readonly detected: SpokenLanguage | null
  /** As of `WhisperResult`. */
  readonly rival: DetectedLanguage | null
  /** What the computing went to. */
  readonly stages: StageTimes
}
