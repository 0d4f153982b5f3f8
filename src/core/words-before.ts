import type { Word } from './types.js'

/**
 * Words moved right before what follows them, one before the other: none begins earlier than it did, or takes longer.
 *
 * @param words in order, seconds
 * @param end where the last of them ends then, in seconds
 * @param maxSec what a word takes at most, in seconds
 */
export function movedBefore<Said extends Word>(
  words: readonly Said[],
  end: number,
  maxSec: (word: Said) => number,
): readonly Said[] {
  const moved: Said[] = []
  let latest = end
  for (const word of words.toReversed()) {
    const begin = Math.max(word.begin, latest - Math.min(word.end - word.begin, maxSec(word)))
    moved.unshift({ ...word, begin, end: latest })
    latest = begin
  }
  return moved
}
