import { SAMPLE_RATE } from '../../../core/sample-rate.js'
import { ENDS_SENTENCE } from '../../../core/sentence-end.js'
import type { Word } from '../../../core/types.js'
import { movedBefore } from '../../../core/words-before.js'
import { type LoudFrames, loudSeconds, loudSecondsAfter } from './energy.js'

/** When a word takes this much loud audio more than its letters need, the model has left something out there. */
const SKIPPED_LOUD_SEC = 2
/** When it is the last of all in audio that is heard for the first time, this much: models end texts before the last words. */
const UNHEARD_END_SEC = 0.8
/** So long a silence ends what is said, as the end of the audio does: models end a text before the last words of both. */
const PAUSE_SEC = 1
/** Clicks and breaths in it take less than this. */
const MAX_CLICKS_SEC = 0.1
/** When it is the last of a sentence and others follow, this much: nobody stretches "us." over a pause and a second of speech. */
const UNHEARD_SENTENCE_SEC = 0.45
/** Alignment lays so many words at most before the sound that their sentence comes after. */
const MAX_APART_WORDS = 2
/** What slow speech takes for a word and for each of its letters. */
const WORD_SEC = 0.5
const LETTER_SEC = 0.1

/** A place where the model skipped speech. */
export interface SkippedSpeech {
  /** Words before it. */
  readonly words: number
  /** Seconds from the start of the audio at which to go on. */
  readonly fromSec: number
}

/** Seconds that slow speech takes for a word. */
export function speakingSec(word: string): number {
  return WORD_SEC + LETTER_SEC * word.length
}

/**
 * The words of a window, with the first one where it was said: alignment begins every text where the audio begins, so that
 * what sounds before it, as music does, seems to be the first word.
 *
 * Ref: openai-whisper timing.py, which cuts long words at the start of a sentence in the same way.
 *
 * @param attendedSec where the attention was for the first word
 */
export function withLateBegin<Timed extends Word>(
  words: readonly Timed[],
  loud: LoudFrames,
  attendedSec: number,
): readonly Timed[] {
  const [first] = words
  if (!first || attendedSec < (first.begin + first.end) / 2) return words
  const needed = speakingSec(first.text)
  if (loudSeconds(loud, first.begin, first.end) - needed < SKIPPED_LOUD_SEC) return words
  return words.with(0, atItsEnd(first))
}

/** A word where it ends, as long as usual speech takes for it. */
function atItsEnd<Timed extends Word>(word: Timed): Timed {
  return { ...word, begin: word.end - speakingSec(word.text) / 2 }
}

/** A word that takes so much longer than slow speech has something beside it that is no speech. */
const STRETCHED_SEC = 1

/**
 * The words of a window, none of them stretched over clicks, hum or hiss before it, which are no silence: a word lies at the end of
 * what it is given where the model looks there.
 *
 * @param attendedSec where the attention was for a word, by its place
 */
export function withoutLead<Timed extends Word>(
  words: readonly Timed[],
  attendedSec: (at: number) => number,
): readonly Timed[] {
  return words.map((word, at) => {
    const { begin, end, text } = word
    const isStretched = end - begin - speakingSec(text) >= STRETCHED_SEC
    return isStretched && attendedSec(at) >= (begin + end) / 2 ? atItsEnd(word) : word
  })
}

/**
 * The words of a window, with the first ones right before the rest of their sentence: nobody says "And", lets seconds of a whale go by
 * and goes on with "so". Alignment lays the first word where the window begins when the model does so in its timestamps.
 */
export function withBeginningTogether<Timed extends Word>(words: readonly Timed[], loud: LoudFrames): readonly Timed[] {
  const isApart = ({ end }: Word, at: number) =>
    at + 1 < words.length && loudSeconds(loud, end, words[at + 1]!.begin) >= SKIPPED_LOUD_SEC
  const count = words.slice(0, MAX_APART_WORDS).findIndex(isApart) + 1
  const next = words[count]
  if (count === 0 || !next || !/^\s*\p{Lu}/u.test(words[0]!.text) || !/^\s*\p{Ll}/u.test(next.text)) return words
  if (words.slice(0, count).some(({ text }) => ENDS_SENTENCE.test(text))) return words
  const maxSec = ({ text }: Word) => speakingSec(text) / 2
  return [...movedBefore(words.slice(0, count), next.begin, maxSec), ...words.slice(count)]
}

/** Alignment may end a segment so much after the model's own timestamp. */
const LATE_END_SEC = 0.5

/**
 * The words of a window, its last ones inside of the last segment: where the model ends its text before the audio ends, alignment
 * stretches and shifts them into what was not transcribed, and the next window would begin after it.
 *
 * Ref: openai-whisper timing.py, which prefers the end of the segment to that of a long last word.
 *
 * @param endSec where the last segment ends by its timestamp; null: it is open
 */
export function withEndInside<Timed extends Word>(words: readonly Timed[], endSec: number | null): readonly Timed[] {
  if (endSec === null || (words.at(-1)?.end ?? 0) <= endSec + LATE_END_SEC) return words
  const moved = [...words]
  let latest = endSec
  for (let at = words.length - 1; at >= 0 && moved[at]!.end > latest; at--) {
    const { begin, end, text } = moved[at]!
    const earliest = Math.max(0, latest - Math.min(end - begin, speakingSec(text) / 2))
    moved[at] = { ...moved[at]!, begin: Math.min(begin, earliest), end: latest }
    latest = moved[at]!.begin
  }
  return moved
}

/** Whether sound goes by before the first word in which there could have been speech. */
export function beginsLate(words: readonly Word[], loud: LoudFrames): boolean {
  const [first] = words
  return first !== undefined && loudSeconds(loud, 0, first.begin) >= SKIPPED_LOUD_SEC
}

/**
 * Finds the first place after a word where speech went by without text: Whisper skips sentences now and then, most
 * often where the speaker changes.
 *
 * @param words of a window, in order
 * @param loud what may be speech in the window
 * @param endSec where the audio of the window ends
 * @param isFirst whether this audio was not heard before: the next update would hear what is missing at its end
 * @returns null when nothing was skipped
 */
export function findSkippedSpeech(
  words: readonly Word[],
  loud: LoudFrames,
  endSec: number,
  isFirst = false,
): SkippedSpeech | null {
  for (const [at, word] of words.entries()) {
    const next = words[at + 1]?.begin ?? endSec
    const needed = speakingSec(word.text)
    const isLast = at + 1 === words.length
    const isEndInside = !isLast && ENDS_SENTENCE.test(word.text)
    const isBeforePause = isFirst && (isLast || endsInSilence(loud, next))
    const most = isEndInside ? UNHEARD_SENTENCE_SEC : isBeforePause ? UNHEARD_END_SEC : SKIPPED_LOUD_SEC
    if (loudSeconds(loud, word.begin, next) - needed < most) continue
    // Where the word itself was stretched over what is missing, nobody knows on which side of it that was said.
    const isStretched = loudSeconds(loud, word.begin, word.end) - needed >= most
    if (isStretched && at > 0) return { words: at, fromSec: words[at - 1]!.end }
    return { words: at + 1, fromSec: Math.min(word.end, word.begin + needed) }
  }
  return null
}

function endsInSilence(loud: LoudFrames, beginSec: number): boolean {
  return loudSeconds(loud, beginSec - PAUSE_SEC, beginSec) < MAX_CLICKS_SEC
}

/** Where a word has so much more loud audio than it takes, something beside it may be missing. */
const LACKING_LOUD_SEC = 0.5
/** ... and where so much goes by in front of it. */
const GAP_LOUD_SEC = 0.9
/** What a word takes in the middle of a text, beside its letters. */
const INNER_WORD_SEC = 0.3

/**
 * Whether what was said may be missing beside a word, as one lasts far longer than it takes, or in front of one: in "it was the spring
 * of hope, it was the winter of despair" models take one "it was the" for the other.
 *
 * @param loud what may be speech in the window
 * @param fromSec where the words follow what was known, in seconds from the start of the window
 */
export function mayLackWords(words: readonly Word[], loud: LoudFrames, fromSec: number): boolean {
  return words.some(({ begin, end, text }, at) => {
    const neededSec = INNER_WORD_SEC + LETTER_SEC * text.trim().length
    if (loudSeconds(loud, begin, end) - neededSec >= LACKING_LOUD_SEC) return true
    return loudSeconds(loud, words[at - 1]?.end ?? fromSec, begin) >= GAP_LOUD_SEC
  })
}

/**
 * Seconds of speech behind the last word of a window, beyond what slow speech takes for it.
 *
 * @param loud what may be speech in the window
 * @param audio of the window; mono, 16 kHz
 */
export function speechBehind({ begin, end, text }: Word, loud: LoudFrames, audio: Float32Array): number {
  const missingSec = Math.max(0, speakingSec(text) - (end - begin))
  const soundSec = Math.max(loudSeconds(loud, end, audio.length / SAMPLE_RATE), loudSecondsAfter(audio, end))
  return Math.max(0, soundSec - missingSec)
}
