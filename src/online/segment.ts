import type { PrefixWord } from '../core/prefix-asr.js'
import type { Segment, Word } from '../core/types.js'

/** A segment of words; null where there are none. Ref: whisper_online.py OnlineASRProcessor.to_flush. */
export function segmentOf(words: readonly Word[], separator: string): Segment | null {
  const [first, last] = [words[0], words.at(-1)]
  if (!first || !last) return null
  return { begin: first.begin, end: last.end, text: words.map(({ text }) => text).join(separator), words }
}

/** A word of audio that begins at `offsetSec` of the stream, in seconds of the stream. */
export function placedAt<Timed extends Word>(word: Timed, offsetSec: number): Timed {
  return { ...word, begin: word.begin + offsetSec, end: word.end + offsetSec }
}

/** A segment of words without their tokens, which are the recognizer's; null of none. */
export function plainSegmentOf(words: readonly PrefixWord[], separator: string): Segment | null {
  return segmentOf(
    words.map(({ tokens: _, ...word }) => word),
    separator,
  )
}

/** The words with the longer text; the first of equals. */
export function longerText<Said extends Word>(words: readonly Said[], others: readonly Said[] | null): readonly Said[] {
  const lengthOf = (some: readonly Said[]) => some.reduce((sum, { text }) => sum + text.length, 0)
  return others && lengthOf(others) > lengthOf(words) ? others : words
}
