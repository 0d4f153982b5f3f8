import type { ConfidenceInterval as Interval } from '../../src/evaluation/statistics/bootstrap.js'
import { sum } from '../../src/evaluation/statistics/values.js'

export {
  bootstrapInterval as interval,
  type ConfidenceInterval as Interval,
} from '../../src/evaluation/statistics/bootstrap.js'

/** Reference words in a block, about ten seconds of speech. Errors come in runs, so that single words are not independent. */
const BLOCK_WORDS = 25

/** A part of a recording: what is said in it, and the errors of one program or of several. */
export interface Block {
  readonly words: number
  /** One for each program, in the same order. */
  readonly errors: readonly number[]
}

/**
 * Cuts a recording into blocks of 25 words of its reference; what is left at the end belongs to the last block unless it
 * is half a block.
 * @param programs errors of each word, a list a program, all of the same length
 */
export function blocksOf(programs: readonly (readonly number[])[]): readonly Block[] {
  const words = programs[0]?.length ?? 0
  if (words === 0) return []
  const count = Math.max(1, Math.round(words / BLOCK_WORDS))
  return Array.from({ length: count }, (_, index) => {
    const [from, to] = [index * BLOCK_WORDS, index === count - 1 ? words : (index + 1) * BLOCK_WORDS]
    return { words: to - from, errors: programs.map((errors) => sum(errors.slice(from, to))) }
  })
}

/** Errors of one program over words. */
export function rate(blocks: readonly Block[], program = 0): number {
  return sum(blocks.map(({ errors }) => errors[program]!)) / sum(blocks.map(({ words }) => words))
}

/** Of two programs over the same blocks: how much higher the error rate of the first is. Paired: both heard the same. */
export function rateDifference(blocks: readonly Block[]): number {
  return rate(blocks, 0) - rate(blocks, 1)
}

/** Whether a difference of error rates is more than the choice of the speech explains. */
export function verdict(of: Interval | null): 'better' | 'worse' | 'noise' | 'too little speech' {
  if (of === null) return 'too little speech'
  if (of[1] < 0) return 'better'
  return of[0] > 0 ? 'worse' : 'noise'
}
