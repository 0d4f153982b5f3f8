import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { InputError, messageOf } from '../core/errors.js'
import { type BatchSummary, MERGED_KIND, SUMMARY_NAME, summaryName, writeWithList } from './batch-summary.js'

/** What became of all shards, as JSON. Times are seconds. */
export interface MergedSummary {
  readonly kind: typeof MERGED_KIND
  readonly version: 1
  /** Versions of the program. */
  readonly programs: readonly string[]
  readonly shards: {
    readonly count: number
    /** Shards without a summary. */
    readonly missing: readonly number[]
    /** Shards whose last run was interrupted. */
    readonly interrupted: readonly number[]
    /** Whether all saw the same list or folder. */
    readonly agree: boolean
  }
  /** Sums over shards; `total` of the list or folder. */
  readonly recordings: Omit<BatchSummary['recordings'], 'fingerprint'>
  readonly audioSec: number
  readonly audioBeforeSec: number
  /** The sum over shards: what one machine would have taken. */
  readonly elapsedSec: number
  /** Seconds of audio in a second of one shard, and of all of them together; null: nothing was recognized. */
  readonly speed: number | null
  readonly speedOfAll: number | null
  readonly begun: string
  readonly ended: string
  readonly errors: readonly (BatchSummary['errors'][number] & { readonly shard: number })[]
}

const NAME = 'asr-stream-batch.json'
const LIST = 'asr-stream-failed.txt'

/**
 * Reads the summaries of shards in a folder. Where runs of several numbers of shards have left some, those of the last run
 * are taken.
 * @throws InputError when there are none, or one cannot be read
 */
export async function readSummaries(folder: string): Promise<readonly BatchSummary[]> {
  const names = await readdir(folder).catch((cause: unknown) => {
    throw new InputError(`the folder ${folder} cannot be read: ${messageOf(cause)}`, { cause, hint: HINT })
  })
  const all: BatchSummary[] = []
  for (const name of names.filter((one) => SUMMARY_NAME.test(one))) {
    const text = await readFile(join(folder, name), 'utf8')
    try {
      all.push(JSON.parse(text) as BatchSummary)
    } catch (cause) {
      throw new InputError(`${join(folder, name)} is no summary`, { cause, hint: 'run its shard again' })
    }
  }
  const last = all.reduce<BatchSummary | null>((one, other) => (one && one.ended >= other.ended ? one : other), null)
  if (last === null) throw new InputError(`there are no summaries of shards in ${folder}`, { hint: HINT })
  return all.filter(({ shard }) => shard.count === last.shard.count).sort((a, b) => a.shard.index - b.shard.index)
}

/** Sums up. */
export function mergedSummary(all: readonly BatchSummary[]): MergedSummary {
  const of = (figure: (one: BatchSummary) => number) => rounded(all.reduce((sum, one) => sum + figure(one), 0))
  const count = all[0]?.shard.count ?? 0
  const there = new Set(all.map(({ shard }) => shard.index))
  const [audioSec, elapsedSec] = [of((one) => one.audioSec), of((one) => one.elapsedSec)]
  const begun = all.map((one) => one.begun).sort()[0] ?? ''
  const ended =
    all
      .map((one) => one.ended)
      .sort()
      .at(-1) ?? ''
  const togetherSec = (Date.parse(ended) - Date.parse(begun)) / 1000
  return {
    kind: MERGED_KIND,
    version: 1,
    programs: [...new Set(all.map(({ program }) => program))],
    shards: {
      count,
      missing: Array.from({ length: count }, (_, at) => at + 1).filter((index) => !there.has(index)),
      interrupted: all.filter((one) => one.isInterrupted).map(({ shard }) => shard.index),
      agree: new Set(all.map(({ recordings }) => recordings.fingerprint)).size <= 1,
    },
    recordings: {
      total: Math.max(0, ...all.map(({ recordings }) => recordings.total)),
      inShard: of(({ recordings }) => recordings.inShard),
      done: of(({ recordings }) => recordings.done),
      doneBefore: of(({ recordings }) => recordings.doneBefore),
      failed: of(({ recordings }) => recordings.failed),
      left: of(({ recordings }) => recordings.left),
    },
    audioSec,
    audioBeforeSec: of((one) => one.audioBeforeSec),
    elapsedSec,
    speed: elapsedSec > 0 && audioSec > 0 ? rounded(audioSec / elapsedSec) : null,
    speedOfAll: togetherSec > 0 && audioSec > 0 ? rounded(audioSec / togetherSec) : null,
    begun,
    ended,
    errors: all.flatMap(({ shard, errors }) => errors.map((error) => ({ ...error, shard: shard.index }))),
  }
}

/**
 * Writes it, and the list of what failed beside it.
 * @param path where it goes; absent: into the folder
 * @returns where it is
 * @throws OutputError when it cannot be written
 */
export async function writeMerged(merged: MergedSummary, folder: string, path?: string): Promise<string> {
  const place = path ?? join(folder, NAME)
  await writeWithList(merged, place, join(folder, LIST))
  return place
}

const HINT = `give the --output-dir of the shards: it has ${summaryName({ index: 1, count: 8 })} and others`

function rounded(value: number): number {
  return Math.round(value * 1000) / 1000
}
