import { ENDS_SENTENCE } from '../../core/sentence-end.js'
import type { Word } from '../../core/types.js'
import type { AnsweredSegment, ServiceAnswer } from './answer.js'
import { isSpaceless, spread, withOwnSpace } from './pieces.js'
import { type PlacedWord, timedText } from './timed-text.js'

/** A segment that is more likely than this to have no speech is left out. Ref: whisper_online.py OpenaiApiASR.ts_words. */
const NO_SPEECH = 0.8
/** A word that begins so long before the one before it has no time that means anything. */
const FAR_BACK_SEC = 0.5
/** What was recognized in the audio. */
export interface Transcript {
  /** In order, within the audio; seconds from its start. */
  readonly words: readonly Word[]
  readonly segmentEnds: readonly number[]
  /** What the times of the words are made of, where the service gave none. */
  readonly coarse: 'segments' | 'text' | null
}

/**
 * Turns an answer into words that bring their own spaces.
 *
 * Differs from reference: it leaves out what is no speech only with --vad, its segments end at every word, and its words
 * have no punctuation.
 *
 * @param audioSec length of the audio
 */
export function transcript({ text, words, segments }: ServiceAnswer, audioSec: number): Transcript {
  const segmentEnds = (segments ?? []).map(({ end }) => end)
  const transcriptOf = (found: readonly Word[], coarse: Transcript['coarse']): Transcript => {
    const within = inOrder(found, audioSec)
    const ends = segments ? segmentEnds : sentenceEnds(within)
    return { words: within, segmentEnds: ends.map((end) => Math.min(end, audioSec)).sort((a, b) => a - b), coarse }
  }
  if (words && isTimed(words)) {
    const body = bodyOf(text, segments)
    const placed = body === null ? unplaced(words) : timedText(body.text, words)
    return transcriptOf(placed.filter((word) => isSpoken(word, segments, body?.offsets ?? [])).map(withoutOffset), null)
  }
  if (segments?.some((segment) => segment.text.trim() !== '')) {
    const spoken = segments.filter(({ noSpeech }) => noSpeech <= NO_SPEECH)
    return transcriptOf(
      spoken.flatMap((segment) => spread(segment.text, segment.begin, segment.end)),
      'segments',
    )
  }
  const spreadOut = spread(text ?? (words ?? []).map((word) => word.text).join(' '), 0, audioSec)
  return transcriptOf(spreadOut, spreadOut.length > 0 ? 'text' : null)
}

/** Whether the times of words are those of speech: not most of them go back. */
function isTimed(words: readonly Word[]): boolean {
  const back = words.filter(({ begin }, at) => (words[at - 1]?.begin ?? 0) - begin > FAR_BACK_SEC)
  return back.length * 2 < Math.max(1, words.length)
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
