import { SAMPLE_RATE } from '../../../core/sample-rate.js'
import { attendedPosition } from '../attention/alignment.js'
import { goesOnFrom, splitSegments, type TokenSegment } from '../decoding/segments.js'
import type { ConfidenceMap } from '../model/model.js'
import type { WhisperTokenizer } from '../model/tokenizer.js'
import { type LoudFrames, loudFrames, loudSeconds } from '../timing/energy.js'
import { seamBefore } from '../timing/seam.js'
import {
  beginsLate,
  findSkippedSpeech,
  type SkippedSpeech,
  speakingSec,
  speechBehind,
  withBeginningTogether,
  withEndInside,
  withLateBegin,
  withoutLead,
} from '../timing/skipped-speech.js'
import { POSITION_SEC, type TimedWord, timeWords } from '../timing/timing.js'
import { isDoubtful } from './belief.js'
import type { WhisperSegment } from './result.js'
import type { DecodedWindow } from './window-decoder.js'

/** With more audio after a window, this much loud audio after its text is transcribed again with it. */
export const LOUD_BEHIND_TEXT_SEC = 0.5
/** Doubtful text which would be said in less of the sound than this is none: a word for a minute of music. */
const MIN_SPOKEN_SHARE = 0.2
/** Of fewer words no loop has moved on: its first round always counts. */
const MIN_SPOKEN_ROUNDS = 3
/** A few words that begin in the middle of sound are none below this mean log probability: music is "Thank you" with -1.5. */
const MIN_LATE_LOG_PROBABILITY = -0.7
/** Longer texts are not made up of music. */
const MAX_LATE_WORDS = 4

/** Where a window is in the audio. */
export interface WindowPlace {
  /** Whether no audio follows. */
  readonly isLast: boolean
  /** Whether the model has had this audio before and found no words in it. */
  readonly isAgain: boolean
  readonly language: string | null
  /** What the probabilities of words mean; absent: as for most models. */
  readonly confidenceMap?: ConfidenceMap | undefined
}

/** The text of a window. */
export interface ReadWindow {
  readonly segments: readonly WhisperSegment[]
  readonly words: readonly TimedWord[]
  /** How far the text reaches, in seconds of the window. */
  readonly untilSec: number
  /** Whether sound in which there could be speech goes by before the first word. */
  readonly isLate: boolean
  /** Seconds of speech behind the last word, beyond what that one may need. */
  readonly skippedSec: number
  /** Whether the model doubts the text. */
  readonly isDoubtful: boolean
}

/**
 * Reads the text of a window: its words with their times, and how far it reaches.
 * @param language code of the language that it was decoded in
 */
export function readWindow(
  { decoded, positions, isFirst }: DecodedWindow,
  audio: Float32Array,
  { isLast, isAgain, language, confidenceMap }: WindowPlace,
  tokenizer: WhisperTokenizer,
): ReadWindow {
  const all = splitSegments(decoded.tokens, tokenizer.special.firstTimestamp)
  const closed = all.filter(({ end }) => end !== null)
  // With more audio after the window, a segment that the model left open is transcribed again, whole, in the next one.
  const segments = isLast || closed.length === 0 ? all : closed
  const durationSec = audio.length / SAMPLE_RATE
  const loud = loudFrames(audio)
  const toTime = { decoded, segments, audio, positions, language, confidenceMap }
  const aligned = timeWords(toTime, tokenizer)
  const audioPositions = Math.ceil(durationSec / POSITION_SEC)
  const attendedSec = (word: number) => {
    const from = aligned[word - 1]?.untilToken ?? 0
    const row = decoded.attention[decoded.tokens.findIndex((token, at) => at >= from && tokenizer.isText(token))]
    return row ? attendedPosition(row, positions, audioPositions) * POSITION_SEC : 0
  }
  const begun = withLateBegin(aligned, loud, attendedSec(0))
  const lastEndSec = segments.at(-1)?.end ?? null
  const timed = withEndInside(withBeginningTogether(begun, loud), isLast ? null : lastEndSec)
  const leavesOpen = segments.length < all.length
  const openFromSec = leavesOpen ? lastEndSec : null
  const skipped = beforeOpenSegment(findSkippedSpeech(timed, loud, durationSec, isLast && isFirst), timed, openFromSec)
  const seam = skipped || isLast ? null : seamBefore(timed, durationSec)
  const cut = skipped ?? seam
  const told = upTo(cut, timed)
  const isLate = beginsLate(told, loud)
  const isInDoubt = isDoubtful(decoded)
  const isMadeUp =
    (isInDoubt && isSparse(told, loud, isRepeated(decoded, told) ? told.at(-1)!.end : durationSec)) ||
    ((isAgain || isLate) && told.length <= MAX_LATE_WORDS && isUnsure(told))
  const words = isMadeUp ? [] : withoutLead(told, attendedSec)
  const lastWord = words.at(-1)
  const isStretched = lastWord !== undefined && (timed[words.length - 1]?.end ?? 0) > lastWord.end
  const isLastCutShort = isStretched || seam !== null
  const described = segments.flatMap((segment, index) => {
    const own = words.filter((word) => word.segment === index)
    const isCutShort = isLastCutShort && own.at(-1) === lastWord
    return describe(segment, own, decoded, durationSec, isCutShort)
  })
  const textEndSec = leavesOpen ? (described.at(-1)?.end ?? durationSec) : (words.at(-1)?.end ?? durationSec)
  // The window cuts into what is said: the next one begins where the text ends.
  const goesOn = !isLast && loudSeconds(loud, textEndSec, durationSec) > LOUD_BEHIND_TEXT_SEC
  const heardSec = cut?.fromSec ?? (goesOn ? textEndSec : durationSec)
  const opensSec = isLast && !isFirst ? null : goesOnFrom(decoded.tokens, tokenizer.special.firstTimestamp)
  const untilSec = opensSec === null || !lastWord ? heardSec : Math.min(heardSec, Math.max(opensSec, lastWord.end))
  const skippedSec = lastWord ? speechBehind(lastWord, loud, audio) : 0
  const isUnclear = isInDoubt && !isRepeated(decoded, words)
  return { segments: described, words, untilSec, skippedSec, isLate, isDoubtful: isUnclear }
}

/** Alignment stretches the last word over the start of a segment that is left open: that one begins where the model says. */
function beforeOpenSegment(
  skipped: SkippedSpeech | null,
  words: readonly TimedWord[],
  openFromSec: number | null,
): SkippedSpeech | null {
  const last = words.at(-1)
  if (!skipped || !last || openFromSec === null || skipped.words < words.length) return skipped
  return { ...skipped, fromSec: Math.min(skipped.fromSec, Math.max(openFromSec, last.begin)) }
}

/** The words before speech that was skipped; the last of them was perhaps stretched over it. */
function upTo(skipped: SkippedSpeech | null, words: readonly TimedWord[]): readonly TimedWord[] {
  if (!skipped) return words
  return words.slice(0, skipped.words).map((word) => ({ ...word, end: Math.min(word.end, skipped.fromSec) }))
}

/** Whether words are the rounds of a loop over which attention moved on, as it does where somebody says the same again and again. */
function isRepeated({ looped }: DecodedWindow['decoded'], words: readonly TimedWord[]): boolean {
  return looped && words.length >= MIN_SPOKEN_ROUNDS
}

/** Whether words take so little of the sound up to a time that it is probably no speech. */
function isSparse(words: readonly TimedWord[], loud: LoudFrames, untilSec: number): boolean {
  const needed = words.reduce((sum, { text }) => sum + speakingSec(text), 0)
  return needed < MIN_SPOKEN_SHARE * loudSeconds(loud, 0, untilSec)
}

/** What is said again is surer than what is said: "you. you. you.". */
function isUnsure(words: readonly TimedWord[]): boolean {
  const sureness = new Map<string, number>()
  for (const { text, probability = 1 } of words) if (!sureness.has(text)) sureness.set(text, Math.log(probability))
  return [...sureness.values()].reduce((sum, one) => sum + one, 0) < MIN_LATE_LOG_PROBABILITY * sureness.size
}

function describe(
  { begin, end }: TokenSegment,
  words: readonly TimedWord[],
  { averageLogProbability, noSpeechProbability }: DecodedWindow['decoded'],
  durationSec: number,
  isCutShort: boolean,
): readonly WhisperSegment[] {
  const [first, last] = [words[0], words.at(-1)]
  if (!first || !last) return []
  const described = {
    begin: Math.min(begin, first.begin),
    end: isCutShort ? last.end : Math.max(last.end, Math.min(end ?? last.end, durationSec)),
    text: words.map(({ text }) => text).join(''),
    words: words.map(({ segment: _, untilToken: __, ...word }) => word),
    averageLogProbability,
    noSpeechProbability,
  }
  return [described]
}
