import type { Word } from '../types.js'

/** Why a hypothesis is not believed. */
export type Suspicion = 'loop' | 'echo of the prompt' | 'too fast' | 'stretched over sound'

/** What is left of a hypothesis. */
export interface GuardedWords<Heard extends Word> {
  readonly words: readonly Heard[]
  /** What was found; null when nothing was dropped but for being beyond the audio. */
  readonly suspicion: Suspicion | null
}

/** A repeated run has at most this many words, comes this often at least, and has so many words in all. */
const LONGEST_ROUND = 12
const LEAST_ROUNDS = 3
const LEAST_LOOP_WORDS = 6
/** So many words in a row that are shorter than this were not said. */
const FAST_WORDS = 5
const FAST_WORD_SEC = 0.045
/** Text that stands in the prompt is an echo from this many words on, or if it is the whole prompt, of four at least. */
const ECHO_WORDS = 8
const LEAST_ECHO_WORDS = 4
/** Nobody takes so long for a letter; a model that is unsure of such a word has heard no word there. */
const STRETCHED_LETTER_SEC = 0.4
const UNSURE = 0.5

/**
 * Takes out of a hypothesis what models make up where nobody speaks, or what they repeat without end. It looks at words,
 * times and probabilities only, so that it serves any recogniser.
 *
 * Source: the cures that collect in the issue lists of streaming Whisper programs; openai-whisper `transcribe.py` for
 * anomalous words.
 *
 * @param words seconds from the begin of the audio
 * @param audioSec length of the audio
 * @param prompt text that was given with the audio
 * @param goesOn whether the words go on behind others, whose punctuation may come first
 */
export function guardWords<Heard extends Word>(
  words: readonly Heard[],
  audioSec: number,
  prompt: string,
  goesOn = false,
): GuardedWords<Heard> {
  const inside = words
    .filter(({ begin }) => begin < audioSec)
    .map((word) => (word.end > audioSec ? { ...word, end: audioSec } : word))
  const said = inside.map(({ text }) => spoken(text))
  if (isEcho(said, prompt)) return { words: [], suspicion: 'echo of the prompt' }
  const dropped = new Map<number, Suspicion>([...stretchedWords(inside), ...fastWords(inside), ...laterRounds(said)])
  const kept = inside.filter((_, at) => !dropped.has(at))
  return { words: goesOn ? kept : withoutLeadingSigns(kept), suspicion: [...dropped.values()].at(-1) ?? null }
}

/** Signs that belong to no word, "..." or "♪", are nothing that was said. */
function withoutLeadingSigns<Heard extends Word>(words: readonly Heard[]): readonly Heard[] {
  const first = words.findIndex(({ text }) => spoken(text) !== '')
  return first === 0 ? words : words.slice(first < 0 ? words.length : first)
}

/** Words as they are compared: letters and digits only. */
function spoken(text: string): string {
  return text.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, '')
}

/** Scripts in which a prompt does not show its words. */
const WITHOUT_SPACES = /[\p{sc=Han}\p{sc=Hira}\p{sc=Kana}\p{sc=Thai}\p{sc=Laoo}\p{sc=Khmr}\p{sc=Mymr}]/u

function isEcho(said: readonly string[], prompt: string): boolean {
  const real = said.filter((word) => word !== '')
  const text = real.join('')
  if (WITHOUT_SPACES.test(text)) return real.length >= ECHO_WORDS && spoken(prompt).includes(text)
  const before = prompt
    .split(/\s+/)
    .map(spoken)
    .filter((word) => word !== '')
  if (real.length < Math.max(LEAST_ECHO_WORDS, Math.min(ECHO_WORDS, before.length))) return false
  return ` ${before.join(' ')} `.includes(` ${real.join(' ')} `)
}

/** The words of a run that comes again and again, but for its first round. */
function laterRounds(said: readonly string[]): [number, Suspicion][] {
  for (let begin = 0; begin < said.length; begin++) {
    for (let round = 1; round <= LONGEST_ROUND && begin + round * LEAST_ROUNDS <= said.length; round++) {
      let same = 0
      while (begin + round + same < said.length && said[begin + same] === said[begin + round + same]) same++
      const rounds = Math.floor(same / round) + 1
      if (rounds < LEAST_ROUNDS || rounds * round < LEAST_LOOP_WORDS) continue
      const end = begin + round + same
      const own = Array.from({ length: same }, (_, i): [number, Suspicion] => [begin + round + i, 'loop'])
      return [...own, ...laterRounds(said.slice(end)).map(([at, why]): [number, Suspicion] => [at + end, why])]
    }
  }
  return []
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

/** Where half of the words are stretched, the others are no better. */
function stretchedWords(words: readonly Word[]): [number, Suspicion][] {
  const stretched = words.filter(isStretched)
  const all = stretched.length * 2 >= words.length ? words : stretched
  return all.map((word): [number, Suspicion] => [words.indexOf(word), 'stretched over sound'])
}

function isStretched({ begin, end, text, probability }: Word): boolean {
  if (probability === undefined || probability >= UNSURE) return false
  return end - begin > STRETCHED_LETTER_SEC * Math.max(2, spoken(text).length)
}
