import { spoken } from '../../core/spoken.js'
import type { Word } from '../../core/types.js'
import { repeatedRuns } from './unsaid-rounds.js'

/** The pace is known from so many pauses between rounds on; of more the last ones count. */
const MIN_INTERVALS = 2
const MAX_INTERVALS = 5
/** Whoever says the same again and again does not do it so many times faster all at once. */
const FASTER = 3

/**
 * Finds words that go on with rounds that a speaker repeats, far faster than he did: a model that has heard "printing" six times has
 * the seventh to the tenth ready at once.
 *
 * @param words in order, as are those before
 * @param before words that are final, with times on the same clock
 * @returns the places of the words of rounds that nobody can have said
 */
export function hastyRounds(words: readonly Word[], before: readonly Word[]): readonly number[] {
  if (words.length === 0 || before.length === 0) return []
  const said = [...before, ...words].flatMap((word, place) => {
    const text = spoken(word.text)
    return text === '' ? [] : [{ text, begin: word.begin, place: place - before.length }]
  })
  const runs = repeatedRuns(said.map(({ text }) => text))
  return runs.flatMap(({ begin, round, length }) => {
    const found: number[] = []
    const begins: number[] = []
    for (let from = begin; from < begin + length; from += round) {
      const first = said[from]!
      const typicalSec = medianPause(begins)
      const isHasty = typicalSec !== null && first.begin - begins.at(-1)! < typicalSec / FASTER
      if (first.place < 0 || !isHasty) begins.push(first.begin)
      else found.push(...said.slice(from, Math.min(from + round, begin + length)).map(({ place }) => place))
    }
    return found
  })
}

/** From one round to the next, in seconds; null: not known. */
function medianPause(begins: readonly number[]): number | null {
  const pauses = begins.slice(1).map((begin, at) => begin - begins[at]!)
  if (pauses.length < MIN_INTERVALS) return null
  const last = pauses.slice(-MAX_INTERVALS).sort((one, other) => one - other)
  return last[Math.floor((last.length - 1) / 2)] ?? null
}
