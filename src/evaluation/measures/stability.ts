import type { ShownText } from '../material/run.js'
import { hasSpaces } from '../material/spoken.js'
import { basic } from '../normalizers/basic.js'

/** How stable partial text is. */
export interface Stability {
  /** Words that were shown, each counted again when it changed. */
  readonly shownWords: number
  /** Those of them that changed or went away later. */
  readonly changedWords: number
}

/**
 * Counts words of partial text that change later. Case and punctuation are not looked at. The words after a change count as
 * changed too: the reader loses them.
 *
 * Ref: unstable partial word ratio, Shangguan et al. 2020.
 */
export function stabilityOf(shown: readonly ShownText[], language: string | null): Stability {
  let open: readonly string[] = []
  let [shownWords, changedWords] = [0, 0]
  for (const { isFinal, text } of shown) {
    const words = unitsOf(text, language)
    let same = 0
    while (same < open.length && open[same] === words[same]) same++
    // What follows final text comes with the next event.
    changedWords += (isFinal ? Math.min(open.length, Math.max(same, words.length)) : open.length) - same
    shownWords += words.length - same
    open = isFinal ? open.slice(words.length) : words
  }
  return { shownWords, changedWords }
}

function unitsOf(text: string, language: string | null): readonly string[] {
  const plain = basic(text)
  if (!hasSpaces(language)) return [...plain.replaceAll(' ', '')]
  return plain === '' ? [] : plain.split(' ')
}
