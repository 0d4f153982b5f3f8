import type { Word } from '../../types.js'
import { type LoudFrames, loudSeconds } from './loudness.js'

/** When a word takes this much loud audio more than its letters need, the model has left something out there. */
const UNHEARD_LOUD_SEC = 2
/** What slow speech takes for a word and for each of its letters. */
const WORD_SEC = 0.5
const LETTER_SEC = 0.1

/** A place where the model skipped speech. */
export interface UnheardPlace {
  /** Words before it. */
  readonly words: number
  /** Seconds from the begin of the audio at which to go on hearing. */
  readonly fromSec: number
}

/** Seconds that slow speech takes for a word. */
export function speakingSec(word: string): number {
  return WORD_SEC + LETTER_SEC * word.length
}

/**
 * Finds the first place behind a word where speech went by without text: Whisper skips sentences now and then, most
 * often where the speaker changes.
 *
 * @param words of a window, in order
 * @param loud what may be speech in the window
 * @param endSec where the audio of the window ends
 * @returns null when all was heard
 */
export function firstUnheard(words: readonly Word[], loud: LoudFrames, endSec: number): UnheardPlace | null {
  for (const [at, word] of words.entries()) {
    const next = words[at + 1]?.begin ?? endSec
    const needed = speakingSec(word.text)
    if (loudSeconds(loud, word.begin, next) - needed < UNHEARD_LOUD_SEC) continue
    // Where the word itself was stretched over what is missing, nobody knows on which side of it that was said.
    const isStretched = loudSeconds(loud, word.begin, word.end) - needed >= UNHEARD_LOUD_SEC
    if (isStretched && at > 0) return { words: at, fromSec: words[at - 1]!.end }
    return { words: at + 1, fromSec: Math.min(word.end, word.begin + needed) }
  }
  return null
}
