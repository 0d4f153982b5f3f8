import { ENDS_SENTENCE } from '../../../core/sentence-end.js'
import type { Word } from '../../../core/types.js'
import type { SkippedSpeech } from './skipped-speech.js'

/** A text that comes nearer than this to the end of its window runs into the cut. */
const AT_THE_CUT_SEC = 0.3
/** The words of so much are transcribed again at most. */
const MAX_AGAIN_SEC = 5
/** An end of a sentence is worth a pause of so much. */
const SENTENCE_PAUSE_SEC = 1

/**
 * Where the next window begins when the end of this one cuts into what is said: at the best pause of the last seconds, from which on
 * the words are transcribed again, whole. From a cut in the middle of a word the model makes "nd tire" of "entire".
 *
 * @param words in order, seconds from the start of the window
 * @param durationSec of the window, after which there is more audio
 * @returns null when the text ends before the cut
 */
export function seamBefore(words: readonly Word[], durationSec: number): SkippedSpeech | null {
  const last = words.at(-1)
  if (!last || words.length < 2 || last.end < durationSec - AT_THE_CUT_SEC) return null
  let best = words.length - 1
  for (let at = best; at > 0 && words[at]!.begin > durationSec - MAX_AGAIN_SEC; at--) {
    if (pauseBefore(words, at) > pauseBefore(words, best)) best = at
  }
  return { words: best, fromSec: (words[best - 1]!.end + words[best]!.begin) / 2 }
}

function pauseBefore(words: readonly Word[], at: number): number {
  const before = words[at - 1]!
  return words[at]!.begin - before.end + (ENDS_SENTENCE.test(before.text) ? SENTENCE_PAUSE_SEC : 0)
}
