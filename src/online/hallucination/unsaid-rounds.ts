import { ENDS_SENTENCE } from '../../core/sentence-end.js'
import { spoken, spokenWordsOf } from '../../core/spoken.js'
import type { Word } from '../../core/types.js'
import { soundIn } from './sound-levels.js'

/** Nobody says a word in less. */
export const FAST_WORD_SEC = 0.045
/** A repeated run has at most this many words, comes this often at least, and has so many words in all. */
const MAX_ROUND = 24
const MIN_ROUNDS = 3
const MIN_LOOP_WORDS = 6
/** Whoever repeats himself takes at least this for a word, and this for each letter. */
const MIN_WORD_SEC = 0.05
const MIN_LETTER_SEC = 0.015
/** A round with so many words that are too short, and that the model is unsure of, was not said. */
const MIN_HASTY_WORDS = 2
const MAX_HASTY_SHARE = 0.25
/** So much of the time of a round stands out of the background, if somebody says it. */
const MIN_SOUND_SHARE = 0.2
const UNSURE = 0.5
/** Of so many words an echo consists that has no time. */
const [MIN_ECHO, MAX_ECHO] = [2, 5]
/** A sentence that is said again may end in so many other words. */
const MAX_OTHER_WORDS = 2
/** So many words of what was said before are compared. */
const COMPARED_WORDS = 2 * MAX_ROUND

/** What the words of a hypothesis are compared with. */
export interface RoundsContext {
  /** Mono, 16 kHz. */
  readonly audio: Float32Array
  /** Text that was said right before the words. */
  readonly before: string
}

/** A run of words that comes again and again: the place of its first word, the words of a round and of all rounds. */
export interface RepeatedRun {
  readonly begin: number
  readonly round: number
  readonly length: number
}

/**
 * Finds words that repeat what was just said, and that nobody said: three rounds of a few words, or a sentence once more, whole or
 * only its beginning, as models say over what sounds after it. Whoever repeats himself takes the time, and what was just heard is
 * easily heard again; a model that makes it up has no time for some of it, or is unsure of all of it.
 *
 * @param words seconds from the start of the audio, in order
 * @returns the places of words of rounds that nobody said
 */
export function unsaidRounds(words: readonly Word[], { audio, before }: RoundsContext): readonly number[] {
  const earlier = spokenWordsOf(before).slice(-COMPARED_WORDS)
  const said = [...earlier, ...words.map(({ text }) => spoken(text))]
  const echoes = hastyEchoes(words, said)
  const runs = repeatedRuns(said)
  if (runs.length === 0) return echoes
  const sound = soundIn(audio)
  const unsaid = runs.flatMap(({ begin, round, length }) => {
    const ofRun: number[] = []
    const end = begin + length - earlier.length
    for (let from = begin + round - earlier.length; from < end; from += round) {
      const [first, last] = [Math.max(0, from), Math.min(from + round, end)]
      if (last <= first || isSaid(words.slice(first, last), sound)) continue
      const until = last === end && last < from + round ? endOfSentence(words, last) : last
      for (let at = first; at < until; at++) ofRun.push(at)
    }
    return ofRun
  })
  return [...new Set([...echoes, ...unsaid])].sort((one, other) => one - other)
}

/**
 * The words of a few that were just said, once more, with no time for any but the last.
 *
 * @param said the words that were said before, and these
 */
function hastyEchoes(words: readonly Word[], said: readonly string[]): readonly number[] {
  const isHasty = words.map(({ begin, end }) => end - begin <= FAST_WORD_SEC)
  const offset = said.length - words.length
  const found: number[] = []
  for (let from = 0; from < words.length; from++) {
    for (let round = MAX_ECHO; round >= MIN_ECHO; round--) {
      const hasty = isHasty.slice(from, from + round).filter((is) => is).length
      if (from + round > words.length || hasty < Math.max(MIN_ECHO, round - 1)) continue
      const at = from + offset
      if (at < round || said.slice(at - round, at).join(' ') !== said.slice(at, at + round).join(' ')) continue
      for (let place = from; place < from + round; place++) found.push(place)
      from += round - 1
      break
    }
  }
  return found
}

/** Where the same words come again and again, one run after the other. */
export function repeatedRuns(said: readonly string[], offset = 0): readonly RepeatedRun[] {
  for (let begin = 0; begin < said.length; begin++) {
    for (let round = 1; round <= MAX_ROUND && begin + round < said.length; round++) {
      let same = 0
      while (begin + round + same < said.length && said[begin + same] === said[begin + round + same]) same++
      if (!isRun(round, same)) continue
      const end = begin + round + same
      return [{ begin: offset + begin, round, length: round + same }, ...repeatedRuns(said.slice(end), offset + end)]
    }
  }
  return []
}

/** Of a round that long, as many words again are enough. */
function isRun(round: number, same: number): boolean {
  if (round >= MIN_LOOP_WORDS) return same >= MIN_LOOP_WORDS
  const rounds = Math.floor(same / round) + 1
  return rounds >= MIN_ROUNDS && rounds * round >= MIN_LOOP_WORDS
}

/** Where a sentence ends of which the words before a place are the beginning, if that is soon; else that place. */
function endOfSentence(words: readonly Word[], from: number): number {
  if (ENDS_SENTENCE.test(words[from - 1]?.text ?? '')) return from
  for (let at = from; at < words.length && at < from + MAX_OTHER_WORDS; at++) {
    if (at + 1 === words.length || ENDS_SENTENCE.test(words[at]!.text)) return at + 1
  }
  return from
}

/** Whether there is time for a round and for each of its words, a model that is not unsure of it, and sound under it or one that is sure of it. */
function isSaid(round: readonly Word[], sound: (begin: number, end: number) => number): boolean {
  const [first, last] = [round[0], round.at(-1)]
  if (!first || !last) return true
  const sec = last.end - first.begin
  const needed = round.reduce((sum, { text }) => sum + MIN_WORD_SEC + MIN_LETTER_SEC * spoken(text).length, 0)
  if (sec < needed) return false
  const hasty = round.filter((word) => word.end - word.begin <= FAST_WORD_SEC && (word.probability ?? 1) < UNSURE)
  if (hasty.length >= Math.max(MIN_HASTY_WORDS, round.length * MAX_HASTY_SHARE)) return false
  if (meanLogProbability(round) < Math.log(UNSURE)) return false
  if (sound(first.begin, last.end) >= MIN_SOUND_SHARE * sec) return true
  return round.every(({ probability = 0 }) => probability >= UNSURE)
}

/** How sure a model is of words: the logarithm of the geometric mean of their probabilities. */
export function meanLogProbability(words: readonly Word[]): number {
  return words.reduce((sum, { probability = 1 }) => sum + Math.log(probability), 0) / words.length
}
