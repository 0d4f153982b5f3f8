import { ENDS_SENTENCE } from '../../core/sentence-end.js'
import type { Segment, Word } from '../../core/types.js'

/** Nobody pauses for so long within a sentence. */
const MAX_PAUSE_SEC = 1
/** A segment that is longer ends with a word. */
const MAX_SEGMENT_SEC = 15

/** Text that became final piece by piece, as segments that end where sentences do, or where somebody pauses. */
export function spokenSegments(pieces: readonly Segment[], separator: string): readonly Segment[] {
  const segments: Word[][] = []
  let open: Word[] = []
  const close = () => {
    if (open.length > 0) segments.push(open)
    open = []
  }
  for (const word of pieces.flatMap(({ words }) => words)) {
    const [first] = open
    const last = open.at(-1)
    if (last && word.begin - last.end > MAX_PAUSE_SEC) close()
    else if (first && word.end - first.begin > MAX_SEGMENT_SEC) close()
    open.push(word)
    if (ENDS_SENTENCE.test(word.text)) close()
  }
  close()
  return segments.map((words) => ({
    begin: words[0]?.begin ?? 0,
    end: words.at(-1)?.end ?? 0,
    text: joined(words, separator).trim(),
    words,
  }))
}

/** Texts as one. */
export function joined(pieces: readonly { readonly text: string }[], separator: string): string {
  return pieces.map(({ text }) => text).join(separator)
}

/** How sure the recognizer is of words, in [0, 1]; 1 where it does not say. */
export function confidenceOf(words: readonly Word[]): number {
  const known = words.flatMap(({ probability }) => (probability === undefined ? [] : [probability]))
  return known.length === 0 ? 1 : rounded(known.reduce((sum, one) => sum + one, 0) / known.length)
}

/** A tenth of a millisecond is enough. */
export function rounded(value: number): number {
  return Math.round(value * 10_000) / 10_000
}
