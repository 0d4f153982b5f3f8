import { meanLevel } from '../../core/frame-levels.js'
import type { PrefixResult } from '../../core/prefix-asr.js'

/** When the text is finished and so much speech follows, a new text begins there: models end texts after sentences. */
const NEW_TEXT_SEC = 0.8
/** When so much speech went by without words, the model is stuck: it is transcribed again without context. */
export const STUCK_SEC = 3
/** When it has nothing to say to so much speech even so, that audio goes. */
const HOPELESS_SEC = 10

/**
 * What helps where a model finds no text in speech: a `newText` behind the finished one, starting `afresh` without what misled it, or
 * to `letGo` of the audio.
 */
export type Remedy = 'none' | 'newText' | 'afresh' | 'letGo'

/** What the model was given before the audio in which it found no text. */
export interface GivenText {
  readonly hasWords: boolean
  readonly hasContext: boolean
}

/** What is to be done after a result. */
export function remedyFor(
  { words, ended, skippedSpeechSec }: PrefixResult,
  { hasWords, hasContext }: GivenText,
): Remedy {
  if (ended === 'silence' || skippedSpeechSec < NEW_TEXT_SEC) return 'none'
  if (ended === 'text' && hasWords) return 'newText'
  if (skippedSpeechSec < STUCK_SEC) return 'none'
  if (hasWords || hasContext) return 'afresh'
  return words.length === 0 && skippedSpeechSec >= HOPELESS_SEC ? 'letGo' : 'none'
}

/** Louder than a room, in decibels of full scale: behind noise that is cut off the model says the first words twice. */
const LOUD_DB = -45

/**
 * Whether the model has heard nothing that may be speech in a quiet room.
 * @param audio that it was given; mono, 16 kHz
 */
export function isNothing({ words, ended, skippedSpeechSec }: PrefixResult, audio: Float32Array): boolean {
  return words.length === 0 && ended !== 'stuck' && skippedSpeechSec < NEW_TEXT_SEC && meanLevel(audio) < LOUD_DB
}
