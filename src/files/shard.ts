import { UsageError } from '../core/errors.js'
import { schedulerShard } from './scheduler-shard.js'

/** Which part of many recordings is taken. */
export interface Shard {
  /** From 1. */
  readonly index: number
  readonly count: number
}

/** All of them. */
export const WHOLE: Shard = { index: 1, count: 1 }

const MAX_SHARDS = 100_000

/**
 * Reads `3/8`, the third of eight shards, or `auto` and `auto/8`: what the scheduler that runs the program says.
 *
 * @param environment variables, which schedulers set
 * @throws UsageError when there is no such shard, or it is not known which one is meant
 */
export function parseShard(text: string, environment: Readonly<Record<string, string | undefined>>): Shard {
  const [, first = '', second] = /^(auto|-?\d{1,9})(?:\/(-?\d{1,9}))?$/.exec(text.trim()) ?? []
  if (first === '' || (first !== 'auto' && second === undefined)) {
    throw new UsageError(`--shard "${text}" is not understood`, {
      hint: 'give i/n, as in --shard 3/8 for the third of eight, or auto where a scheduler says it',
    })
  }
  const count = second === undefined ? undefined : Number(second)
  if (count !== undefined && (count < 1 || count > MAX_SHARDS)) {
    throw new UsageError(`--shard ${text}: there cannot be ${count} shards`, { hint: `give from 1 to ${MAX_SHARDS}` })
  }
  if (first === 'auto') return schedulerShard(environment, count)
  return checkedShard({ index: Number(first), count: count ?? 1 }, `--shard ${text}`)
}

/**
 * The recordings of a shard. They are dealt out like cards, in the order of their places, so that no shard has more than one
 * recording more than another, and neighbors by name, which are often equally long, come to different shards. The order is that
 * of code units: languages and machines have no part in it, nor has what is done already.
 *
 * @param placeOf where a recording lies below the list or folder; no two have the same
 */
export function recordingsOfShard<One>(
  all: readonly One[],
  { index, count }: Shard,
  placeOf: (one: One) => string,
): readonly One[] {
  const keyed = all.map((one) => ({ one, place: placeOf(one).replaceAll('\\', '/') }))
  const sorted = keyed.sort(({ place: one }, { place: other }) => (one < other ? -1 : one > other ? 1 : 0))
  return sorted.filter((_, at) => at % count === index - 1).map(({ one }) => one)
}

/** As it stands in names of files: `3-of-8`. */
export function shardLabel({ index, count }: Shard): string {
  return `${index}-of-${count}`
}

/** @throws UsageError when there is no such shard */
export function checkedShard(shard: Shard, said: string): Shard {
  const { index, count } = shard
  if (index >= 1 && index <= count) return shard
  const why = index < 1 ? 'shards are counted from 1' : `there is no shard ${index} of ${count}`
  throw new UsageError(`${said}: ${why}`, { hint: `give from 1/${count} to ${count}/${count}` })
}
