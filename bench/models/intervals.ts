/** Reference words in a block, about ten seconds of speech. Errors come in runs, so that single words are not independent. */
const BLOCK_WORDS = 25
/** Fewer blocks say nothing about each other. */
const MIN_BLOCKS = 5
const RESAMPLES = 4000
const SEED = 1
/** What is outside of the interval, half of it at each end. */
const OUTSIDE = 0.05

/** A part of a recording: what is said in it, and the errors of one program or of several. */
export interface Block {
  readonly words: number
  /** One for each program, in the same order. */
  readonly errors: readonly number[]
}

/** Lower and upper bound of 95 % of what another choice of speech of the same kind would give. */
export type Interval = readonly [number, number]

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

/**
 * Percentile bootstrap: blocks are drawn with replacement, as many as there are; the same seed gives the same interval.
 * @param statistic of a choice of blocks
 * @returns null when there are fewer than five blocks
 */
export function interval(blocks: readonly Block[], statistic: (chosen: readonly Block[]) => number): Interval | null {
  if (blocks.length < MIN_BLOCKS) return null
  const random = randomNumbers(SEED)
  const values = Array.from({ length: RESAMPLES }, () =>
    statistic(blocks.map(() => blocks[Math.floor(random() * blocks.length)]!)),
  ).sort((a, b) => a - b)
  const at = (share: number) => values[Math.min(values.length - 1, Math.floor(share * values.length))]!
  return [at(OUTSIDE / 2), at(1 - OUTSIDE / 2)]
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

/** Numbers from 0 up to 1, the same for the same seed (mulberry32). */
function randomNumbers(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}
