import { ENDS_SENTENCE } from '../core/sentence-end.js'
import type { Word } from '../core/types.js'

/** How the audio buffer is kept short. */
export interface BufferTrimming {
  /** Cut at ends of the recognizer's segments, or at ends of sentences. */
  readonly strategy: 'segment' | 'sentence'
  /** The buffer is cut when it is longer than this, in seconds. */
  readonly seconds: number
}

/**
 * The last end of a segment that is committed and is not the end of the whole result.
 *
 * Ref: whisper_online.py OnlineASRProcessor.chunk_completed_segment.
 *
 * @param ends ends of segments in seconds from the start of the buffer
 * @param offset start of the buffer that was recognized
 * @param committedEnd end of the last committed word
 * @returns where to cut, in seconds of the stream; null: nowhere
 */
export function completedSegmentEnd(ends: readonly number[], offset: number, committedEnd: number): number | null {
  if (ends.length < 2) return null
  let last = ends.length - 2
  while (last > 0 && ends[last]! + offset > committedEnd) last--
  const end = ends[last]! + offset
  return end <= committedEnd ? end : null
}

/**
 * The end of the sentence before the last one, which may still go on.
 *
 * Ref: whisper_online.py OnlineASRProcessor.chunk_completed_sentence.
 *
 * @param ends ends of sentences
 */
export function completedSentenceEnd(ends: readonly number[]): number | null {
  return ends.at(-2) ?? null
}

/** With sentences, the buffer is also cut at segments when it is longer than this. Ref: whisper_online.py. */
const SENTENCE_BUFFER_SEC = 30

/**
 * Where to cut a buffer after an update in which words were committed; null: nowhere.
 * @param sentenceEnds ends of the committed sentences, asked for only where they matter
 */
export function cutAtSentence(
  { strategy, seconds }: BufferTrimming,
  bufferSec: number,
  sentenceEnds: () => readonly number[],
): number | null {
  return strategy === 'sentence' && bufferSec > seconds ? completedSentenceEnd(sentenceEnds()) : null
}

/** Where to cut a buffer after any update; null: nowhere. The other parameters are those of `completedSegmentEnd`. */
export function cutAtSegment(
  { strategy, seconds }: BufferTrimming,
  bufferSec: number,
  ends: readonly number[],
  offset: number,
  committedEnd: number | undefined,
): number | null {
  const isLong = bufferSec > (strategy === 'segment' ? seconds : SENTENCE_BUFFER_SEC)
  return isLong && committedEnd !== undefined ? completedSegmentEnd(ends, offset, committedEnd) : null
}

/** Where to cut a full buffer, and how many words of the hypothesis have to be committed for it. */
export interface ForcedCut {
  /** Seconds of the stream. */
  readonly time: number
  /** Words from the start of the hypothesis. */
  readonly commitWords: number
  /** Whether audio goes in which nothing was recognized. */
  readonly skipped: boolean
}

/** Audio kept after a forced cut where possible, in seconds: without context the next words come out worse. */
const LEFT_AFTER_CUT_SEC = 8
/** Audio kept before words where nothing was said before them, in seconds: words at the very begin come out worse. */
const LEFT_BEFORE_WORDS_SEC = 0.5
/** With the signs of all scripts. */ const CLAUSE_END = /[\p{Terminal_Punctuation}—]["'”’)\]」』）】》]*$/u

/**
 * Where to cut a buffer that is full although nothing asked for a cut: after a committed word in it, at the end of a
 * sentence or clause if there is one; else after the hypothesis of its first half; else, without words there, the first
 * half goes.
 *
 * @param offset start of the buffer in seconds of the stream
 * @param end end of the buffer
 * @param committed committed words, the newest last
 * @param hypothesis what was recognized after the committed words
 */
export function forcedCut(
  offset: number,
  end: number,
  committed: readonly Word[],
  hypothesis: readonly Word[],
): ForcedCut {
  const said = committed.filter((word) => word.end > offset && word.end <= end)
  const time = cutBetween(said, Math.max(offset, end - LEFT_AFTER_CUT_SEC))
  if (time !== null) return { time, commitWords: 0, skipped: false }
  const half = (offset + end) / 2
  const [first] = hypothesis
  if (!first) return { time: half, commitWords: 0, skipped: true }
  if (first.begin >= half) return { time: half, commitWords: 0, skipped: false }
  const before = hypothesis.findLastIndex((word) => word.end <= half)
  const commitWords = Math.max(1, before + 1)
  const after = Math.min(hypothesis[commitWords - 1]!.end, end)
  if (after > offset) return { time: after, commitWords, skipped: false }
  // Words without length at the start: a cut after them would remove nothing.
  return { time: half, commitWords: hypothesis.filter(({ begin }) => begin < half).length, skipped: false }
}

/**
 * Where to cut between words: after the last one before `latest` that ends a sentence, else a clause, else any. Where all
 * are later, before the first of them, since nothing but sound without words is earlier; else after it.
 *
 * @returns seconds; null without words
 */
export function cutBetween(words: readonly Word[], latest: number): number | null {
  const early = words.filter((word) => word.end <= latest)
  const ending = (pattern: RegExp) => early.findLast(({ text }) => pattern.test(text.trim()))
  const word = ending(ENDS_SENTENCE) ?? ending(CLAUSE_END) ?? early.at(-1)
  if (word) return word.end
  const [first] = words
  if (!first) return null
  const beforeWords = first.begin - LEFT_BEFORE_WORDS_SEC
  return beforeWords > latest ? beforeWords : first.end
}
