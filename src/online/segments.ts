import type { Segment, Word } from '../types.js'

/**
 * Words as one piece of text; null where there are none.
 *
 * Ref: whisper_online.py OnlineASRProcessor.to_flush.
 *
 * @param separator joins the words, as `ASRBase.sep`
 */
export function segmentOf(words: readonly Word[], separator: string): Segment | null {
  const [first, last] = [words[0], words.at(-1)]
  if (!first || !last) return null
  return { begin: first.begin, end: last.end, text: words.map(({ text }) => text).join(separator), words }
}

/** A word of audio that begins at `offsetSec` of the stream, in seconds of the stream. */
export function placedAt<Timed extends Word>(word: Timed, offsetSec: number): Timed {
  return { ...word, begin: word.begin + offsetSec, end: word.end + offsetSec }
}

/** Words none of which begins before the end of the one before, nor before `earliest`. */
export function inOrder<Timed extends Word>(words: readonly Timed[], earliest: number): readonly Timed[] {
  let until = earliest
  return words.map((word) => {
    const begin = Math.max(word.begin, until)
    until = Math.max(begin, word.end)
    return begin === word.begin && until === word.end ? word : { ...word, begin, end: until }
  })
}
