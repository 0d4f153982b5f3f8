import { ENDS_SENTENCE } from '../../core/sentence-end.js'
import type { Word } from '../../core/types.js'
import type { AnsweredSegment, ServiceAnswer } from './answer.js'
import { isSpaceless, spread, withOwnSpace } from './pieces.js'
import { type PlacedWord, timedText } from './timed-text.js'
import { timesInOrder } from './times-in-order.js'

/** A segment that is more likely than this to have no speech is left out. Ref: whisper_online.py OpenaiApiASR.ts_words. */
const NO_SPEECH = 0.8
/** What was recognized in the audio. */
export interface Transcript {
  /** In order, within the audio; seconds from its start. */
  readonly words: readonly Word[]
  readonly segmentEnds: readonly number[]
  /** What the times of the words are made of, where the service gave none. */
  readonly coarse: 'segments' | 'text' | null
  /** Times that the service gave and that make no sense, for a message; null: there are none. */
  readonly impossible: string | null
}

/**
 * Turns an answer into words that bring their own spaces.
 *
 * Differs from reference: it leaves out what is no speech only with --vad, its segments end at every word, and its words
 * have no punctuation.
 *
 * @param audioSec length of the audio
 */
export function transcript(answer: ServiceAnswer, audioSec: number): Transcript {
  const { text, segments } = answer
  const words = timesInOrder(answer.words ?? [], audioSec)
  const timed = timesInOrder(segments ?? [], audioSec)
  const impossible = words.impossible ?? timed.impossible
  const transcriptOf = (found: readonly Word[], coarse: Transcript['coarse']): Transcript => {
    const within = inOrder(found, audioSec)
    const ends = segments && timed.texts ? timed.texts.map(({ end }) => end) : sentenceEnds(within)
    const segmentEnds = ends.map((end) => Math.min(Math.max(end, 0), audioSec)).sort((a, b) => a - b)
    return { words: within, segmentEnds, coarse, impossible }
  }
  if (answer.words && words.texts) {
    const body = bodyOf(text, segments)
    const placed = body === null ? unplaced(words.texts) : timedText(body.text, words.texts)
    return transcriptOf(placed.filter((word) => isSpoken(word, segments, body?.offsets ?? [])).map(withoutOffset), null)
  }
  const hasSpeech = ({ noSpeech }: AnsweredSegment) => noSpeech <= NO_SPEECH
  if (timed.texts?.some((segment) => segment.text.trim() !== '')) {
    const spoken = timed.texts.filter(hasSpeech)
    return transcriptOf(
      spoken.flatMap((segment) => spread(segment.text, segment.begin, segment.end)),
      'segments',
    )
  }
  const known = bodyOf(text, segments?.filter(hasSpeech) ?? null)?.text
  const spreadOut = spread(known ?? (answer.words ?? []).map((word) => word.text).join(' '), 0, audioSec)
  return transcriptOf(spreadOut, spreadOut.length > 0 ? 'text' : null)
}

/** The text, and where in it the segments begin. */
interface TextBody {
  readonly text: string
  readonly offsets: readonly number[]
}

function bodyOf(text: string | null, segments: readonly AnsweredSegment[] | null): TextBody | null {
  const parts = (segments ?? []).map((segment) => segment.text)
  if (parts.join('').trim() === '') return text === null || text.trim() === '' ? null : { text, offsets: [] }
  const isWhole = text !== null && sameText(parts.join(''), text)
  const offsets: number[] = []
  let body = ''
  for (const part of parts) {
    if (!isWhole && needsSpace(body, part)) body += ' '
    offsets.push(body.length)
    body += part
  }
  return { text: body, offsets }
}

const sameText = (one: string, other: string) =>
  one.trim().replace(/\p{White_Space}+/gu, ' ') === other.trim().replace(/\p{White_Space}+/gu, ' ')

/** Some servers take the spaces between segments away. */
function needsSpace(before: string, after: string): boolean {
  const last = [...before].at(-1)
  const first = [...after][0]
  if (last === undefined || first === undefined || /\p{White_Space}/u.test(last + first)) return false
  return !isSpaceless(last) && !isSpaceless(first)
}

function unplaced(words: readonly Word[]): readonly PlacedWord[] {
  return words
    .filter(({ text }) => text.trim() !== '')
    .map((word) => ({ ...word, text: withOwnSpace(word.text), offset: null }))
}

function isSpoken(word: PlacedWord, segments: readonly AnsweredSegment[] | null, offsets: readonly number[]): boolean {
  const { offset, begin } = word
  const byText = offset === null ? undefined : segments?.[offsets.findLastIndex((one) => one <= offset)]
  if (byText) return byText.noSpeech <= NO_SPEECH
  return !segments?.some((one) => one.noSpeech > NO_SPEECH && one.begin <= begin && begin <= one.end)
}

function withoutOffset({ offset: _, ...word }: PlacedWord): Word {
  return word
}

/** Within the audio, none before the one before it, and each ended when the next begins. */
function inOrder(words: readonly Word[], audioSec: number): readonly Word[] {
  let earliest = 0
  const begins = words.map(({ begin }) => {
    earliest = Math.min(audioSec, Math.max(earliest, begin))
    return earliest
  })
  return words.map((word, index) => {
    const begin = begins[index]!
    const latest = begins[index + 1] ?? audioSec
    return { ...word, begin, end: Math.min(latest, Math.max(begin, word.end)) }
  })
}

function sentenceEnds(words: readonly Word[]): readonly number[] {
  return words.filter(({ text }, index) => index === words.length - 1 || ENDS_SENTENCE.test(text)).map(({ end }) => end)
}
