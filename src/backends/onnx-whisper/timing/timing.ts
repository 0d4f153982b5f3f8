import { SAMPLE_RATE } from '../../../core/sample-rate.js'
import type { Word } from '../../../core/types.js'
import { beginPositions } from '../attention/alignment.js'
import type { DecodingResult } from '../decoding/decoding.js'
import type { TokenSegment } from '../decoding/segments.js'
import type { ConfidenceMap } from '../model/model.js'
import type { WhisperTokenizer } from '../model/tokenizer.js'
import { wordConfidence } from './confidence.js'
import { withoutSilence } from './energy.js'
import { groupWords, type TokenWord } from './words.js'

/** Seconds from one encoder position to the next. */
export const POSITION_SEC = 0.02
/** Words follow each other by at least the resolution of the model. */
const MIN_WORD_SEC = POSITION_SEC
/** Words are not said slower than this in the median. Ref: openai-whisper timing.py. */
const MAX_MEDIAN_SEC = 0.7
/** A last word may take this, and this for each letter, whatever the others take. */
const LAST_WORD_SEC = 0.2
const LETTER_SEC = 0.1

/** A word with the segment it is in. */
export interface TimedWord extends Word {
  readonly segment: number
  /** The word ends before this one of the window's tokens. */
  readonly untilToken: number
}

/** What there is to time: a decoded window and its audio. */
export interface UntimedWindow {
  readonly decoded: DecodingResult
  readonly segments: readonly TokenSegment[]
  /** Mono, 16 kHz: the real audio of the window. */
  readonly audio: Float32Array
  /** Encoder positions of the window, padding included. */
  readonly positions: number
  readonly language: string | null
  /** What probabilities mean; absent: as for most models. */
  readonly confidenceMap?: ConfidenceMap | undefined
}

/**
 * The words of a window with times in seconds from its begin: strictly monotonic, inside the audio, without the silence
 * around them. Without attention the times are spread over each segment by the length of the words.
 */
export function timeWords(window: UntimedWindow, tokenizer: WhisperTokenizer): readonly TimedWord[] {
  const { decoded, segments, audio, language, confidenceMap } = window
  const durationSec = audio.length / SAMPLE_RATE
  const places = segments
    .flatMap(({ from, to }) => range(from, to))
    .filter((at) => tokenizer.isText(decoded.tokens[at]!))
  const grouped = segments.flatMap((segment, index) => {
    const first = places.findIndex((at) => at >= segment.from)
    const own = places.filter((at) => at >= segment.from && at < segment.to)
    const bytes = own.map((at) => tokenizer.bytes(decoded.tokens[at]!))
    return groupWords(bytes, language).map((word) => ({
      ...word,
      from: word.from + first,
      to: word.to + first,
      segment: index,
    }))
  })
  if (grouped.length === 0) return []
  const begins = decoded.attention.length > 0 ? attended(window, places) : null
  const words = grouped.map((word) => {
    const [begin, end] = begins ? [begins[word.from]!, begins[word.to]!] : spread(word, grouped, segments, durationSec)
    const own = places.slice(word.from, word.to)
    const probabilities = own.map((at) => decoded.probabilities[at]!)
    const tokens = own.map((at) => decoded.tokens[at]!)
    const confidence = wordConfidence(tokens, probabilities, tokenizer, confidenceMap)
    const untilToken = places[word.to - 1]! + 1
    return {
      begin,
      end,
      text: word.text,
      probability: mean(probabilities),
      confidence,
      segment: word.segment,
      untilToken,
    }
  })
  return monotonic(withLastCut(withoutSilence(words, audio)), durationSec)
}

/** Seconds at which each text token begins, and at last the end of the text. */
function attended({ decoded, audio, positions }: UntimedWindow, places: readonly number[]): readonly number[] {
  const rows = [...places, places.at(-1)! + 1].map((at) => decoded.attention[at]).filter((row) => row !== undefined)
  // Times of nothing would be taken for a broken backend, which ends a stream; this costs a stretch of it.
  if (rows.length < places.length) throw new Error(`attention of ${rows.length} of ${places.length} tokens is known`)
  const audioPositions = Math.ceil(audio.length / SAMPLE_RATE / POSITION_SEC)
  const begins = beginPositions(rows, positions, audioPositions).map((position) => position * POSITION_SEC)
  return begins.length > places.length ? begins : [...begins, audioPositions * POSITION_SEC]
}

type SegmentWord = TokenWord & { readonly segment: number }

function spread(
  word: SegmentWord,
  all: readonly SegmentWord[],
  segments: readonly TokenSegment[],
  durationSec: number,
): [number, number] {
  const { begin, end } = segments[word.segment]!
  const siblings = all.filter(({ segment }) => segment === word.segment)
  const letters = siblings.reduce((sum, { text }) => sum + text.length, 0)
  const before = siblings.slice(0, siblings.indexOf(word)).reduce((sum, { text }) => sum + text.length, 0)
  const perLetter = (Math.min(end ?? durationSec, durationSec) - begin) / letters
  return [begin + before * perLetter, begin + (before + word.text.length) * perLetter]
}

/**
 * Makes times strictly monotonic without leaving the audio: forwards each word begins where the last one ended at the
 * earliest; where that runs over the end, words move back.
 */
export function monotonic<Timed extends Word>(words: readonly Timed[], durationSec: number): readonly Timed[] {
  const least = Math.min(MIN_WORD_SEC, durationSec / words.length)
  const times: { begin: number; end: number }[] = []
  let earliest = 0
  for (const word of words) {
    const begin = Math.max(word.begin, earliest)
    const end = Math.max(word.end, begin + least)
    times.push({ begin, end })
    earliest = end
  }
  let latest = durationSec
  for (const time of times.reverse()) {
    time.end = Math.min(time.end, latest)
    // Not below the start, by however little: "-0" would be printed.
    time.begin = Math.max(0, Math.min(time.begin, time.end - least))
    latest = time.begin
  }
  times.reverse()
  return words.map((word, i) => ({ ...word, ...times[i]! }))
}

/**
 * Where the model ends its text before the speech ends, the last word is stretched over what it left out, and what it says there
 * with more audio would seem to have been said already.
 *
 * Ref: openai-whisper timing.py, which cuts words at the ends of sentences at twice the median length.
 */
function withLastCut<Timed extends Word>(words: readonly Timed[]): readonly Timed[] {
  const last = words.at(-1)!
  const lengths = words.map(({ begin, end }) => end - begin).sort((one, other) => one - other)
  const median = Math.min(lengths[lengths.length >> 1]!, MAX_MEDIAN_SEC)
  const longest = Math.max(2 * median, LAST_WORD_SEC + LETTER_SEC * last.text.trim().length)
  return words.with(-1, { ...last, end: Math.min(last.end, last.begin + longest) })
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, i) => from + i)
}

function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length
}
