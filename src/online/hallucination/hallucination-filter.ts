import { SAMPLE_RATE } from '../../core/sample-rate.js'
import { spoken, spokenWordsOf } from '../../core/spoken.js'
import type { Word } from '../../core/types.js'
import { placeAfterSound } from './after-sound.js'
import { hastyRounds } from './hasty-rounds.js'
import { FAST_WORD_SEC, unsaidRounds } from './unsaid-rounds.js'

/** Why a hypothesis is not believed. */
export type Suspicion =
  | 'loop'
  | 'echo of the prompt'
  | 'too fast'
  | 'stretched over sound'
  | 'a sound in letters'
  | 'no voice'
  | 'no sound'

/** A word that is not in the text. */
export interface UnsaidWord extends Word {
  /** Whether it starts after the end of the audio, whoever said it; absent: the model probably made it up. */
  readonly isAfterEnd?: boolean
}

/** What is left of a hypothesis. */
export interface GuardedWords<Said extends Word> {
  readonly words: readonly Said[]
  /** What the model probably made up, and what starts after the end of the audio. */
  readonly leftOut: readonly UnsaidWord[]
  /** Why; null when nothing was made up. */
  readonly suspicion: Suspicion | null
}

/** What a hypothesis is about. */
export interface GuardedAudio {
  /** Mono, 16 kHz. */
  readonly audio: Float32Array
  /** Text that was given with the audio. */
  readonly prompt: string
  /** Text that was said right before the words; absent: nothing is known of it. */
  readonly saidBefore?: string
  /** The final words before the words, in seconds from the start of the audio; absent: the words are all that is known. */
  readonly committed?: readonly Word[]
  /** Whether the words are a translation, whose order is not that of the sound: their times say little. */
  readonly isTranslation?: boolean
  /** Whether the words go on after others, whose punctuation may come first. */
  readonly goesOn?: boolean
}

/** So many words in a row that are too short were not said. */
const FAST_WORDS = 5
/** Text that stands in the prompt is an echo from this many words on, or if it is the whole prompt, of four at least. */
const ECHO_WORDS = 8
const MIN_ECHO_WORDS = 4
/** Nobody takes so long for a letter; a model that is unsure of such a word found no word there. */
const STRETCHED_LETTER_SEC = 0.4
const UNSURE = 0.5
/** Below this a model found nothing. */
const NO_WORD = 0.2
/** A word that begins so soon after another follows it at once. */
const FOLLOWS_SEC = 0.1
/** Four times the same letter stand in no word of an alphabet, "Waaaa", and none is one letter again and again: "Mmm". */
const DRAWN_OUT = /(\p{Ll})\1{3}|^(\p{Ll})\2{2,}$/u
/** Whoever draws out a word says others this near to it. */
const NEAR_SEC = 0.5

/**
 * Takes out of a hypothesis what models make up where nobody speaks, or what they repeat without end. What a speaker
 * repeats is told from that by its pace, and by the sound under it.
 *
 * Source: the cures that collect in the issue lists of streaming Whisper programs; openai-whisper `transcribe.py` for
 * anomalous words.
 *
 * @param words seconds from the start of the audio
 */
export function guardWords<Said extends Word>(
  words: readonly Said[],
  { audio, prompt, saidBefore = '', committed = [], goesOn = false, isTranslation = false }: GuardedAudio,
): GuardedWords<Said> {
  const { words: inside, leftOut: late } = wordsBeforeEnd(words, audio.length / SAMPLE_RATE)
  if (isEcho(inside, prompt)) return { words: [], leftOut: [...inside, ...late], suspicion: 'echo of the prompt' }
  const placed = withoutSoundBefore(inside)
  const unsaid = [...unsaidRounds(placed, { audio, before: saidBefore }), ...hastyRounds(placed, committed)]
  const repeated = unsaid.map((at): [number, Suspicion] => [at, 'loop'])
  const dropped = new Map<number, Suspicion>([
    ...(isTranslation ? [] : [...stretchedWords(placed), ...fastWords(placed)]),
    ...soundsInLetters(placed),
    ...repeated,
  ])
  const left = placed.filter((_, at) => !dropped.has(at))
  const heard = isTranslation ? left.length : placeAfterSound(left, audio)
  for (const word of left.slice(heard)) dropped.set(placed.indexOf(word), 'no sound')
  const kept = left.slice(0, heard)
  return {
    words: goesOn ? kept : withoutLeadingSigns(kept),
    leftOut: [...placed.filter((_, at) => dropped.has(at)), ...late],
    suspicion: [...dropped.values()].at(-1) ?? null,
  }
}

/** The words that begin inside the audio, none of which ends after it. */
export function wordsBeforeEnd<Said extends Word>(words: readonly Said[], audioSec: number): GuardedWords<Said> {
  const isInside = ({ begin }: Word) => begin < audioSec
  return {
    words: words.filter(isInside).map((word) => (word.end > audioSec ? { ...word, end: audioSec } : word)),
    leftOut: words.filter((word) => !isInside(word)).map((word) => ({ ...word, isAfterEnd: true })),
    suspicion: null,
  }
}

/** Signs that belong to no word, "..." or "♪", are nothing that was said. */
function withoutLeadingSigns<Said extends Word>(words: readonly Said[]): readonly Said[] {
  const first = words.findIndex(({ text }) => spoken(text) !== '')
  return first === 0 ? words : words.slice(first < 0 ? words.length : first)
}

/** Scripts in which a prompt does not show its words. */
const WITHOUT_SPACES = /[\p{sc=Han}\p{sc=Hira}\p{sc=Kana}\p{sc=Thai}\p{sc=Laoo}\p{sc=Khmr}\p{sc=Mymr}]/u

function isEcho(words: readonly Word[], prompt: string): boolean {
  const real = words.map(({ text }) => spoken(text)).filter((word) => word !== '')
  const text = real.join('')
  if (WITHOUT_SPACES.test(text)) return real.length >= ECHO_WORDS && spoken(prompt).includes(text)
  const before = spokenWordsOf(prompt)
  if (real.length < Math.max(MIN_ECHO_WORDS, Math.min(ECHO_WORDS, before.length))) return false
  return ` ${before.join(' ')} `.includes(` ${real.join(' ')} `)
}

function fastWords(words: readonly Word[]): [number, Suspicion][] {
  const found: [number, Suspicion][] = []
  for (let from = 0; from < words.length; ) {
    let to = from
    while (to < words.length && words[to]!.end - words[to]!.begin <= FAST_WORD_SEC) to++
    if (to - from >= FAST_WORDS) for (let at = from; at < to; at++) found.push([at, 'too fast'])
    from = to + 1
  }
  return found
}

/** Whales and sirens are "Waaaa" and "Wooooo" of which a model is unsure, with no words of a sentence around them. */
function soundsInLetters(words: readonly Word[]): [number, Suspicion][] {
  const isSound = ({ text, probability = 1 }: Word) => probability < UNSURE && DRAWN_OUT.test(spoken(text))
  const others = words.filter((word) => !isSound(word))
  return words.flatMap((word, at): [number, Suspicion][] => {
    const isNear = (other: Word) => other.begin < word.end + NEAR_SEC && other.end > word.begin - NEAR_SEC
    return isSound(word) && !others.some(isNear) ? [[at, 'a sound in letters']] : []
  })
}

/**
 * Alignment gives what sounds before a word to that word, above all before the first. Where another follows at once it was
 * said right before that, unless most is as bad.
 */
function withoutSoundBefore<Said extends Word>(words: readonly Said[]): readonly Said[] {
  const stretched = words.filter(isStretched).length
  if (stretched === 0 || stretched * 2 >= words.length) return words
  return words.map((word, at) => {
    const next = words[at + 1]
    if (!isStretched(word) || !next || isStretched(next) || next.begin - word.end > FOLLOWS_SEC) return word
    if ((word.probability ?? 0) < NO_WORD) return word
    return { ...word, begin: word.end - longestSec(word) / 2 }
  })
}

/** Where half of the words are stretched, the others are no better. */
function stretchedWords(words: readonly Word[]): [number, Suspicion][] {
  const stretched = words.filter(isStretched)
  const all = stretched.length * 2 >= words.length ? words : stretched
  return all.map((word): [number, Suspicion] => [words.indexOf(word), 'stretched over sound'])
}

function isStretched({ begin, end, text, probability }: Word): boolean {
  if (probability === undefined || probability >= UNSURE) return false
  return end - begin > longestSec({ text })
}

function longestSec({ text }: Pick<Word, 'text'>): number {
  return STRETCHED_LETTER_SEC * Math.max(2, spoken(text).length)
}
