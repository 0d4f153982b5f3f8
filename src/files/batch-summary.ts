import { createHash } from 'node:crypto'
import { readdir, readFile, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { writeWhole } from '../output/writers/aside-writer.js'
import type { NamedRecording } from './find-recordings.js'
import type { FailedFile } from './run-files.js'
import { type Shard, shardLabel } from './shard.js'

const KIND = 'asr-stream batch'
/** What joins the summaries of all shards. */
export const MERGED_KIND = 'asr-stream batch, all shards'
const VERSION = 1
/** Names of summaries of shards: which, and of how many. */
export const SUMMARY_NAME = /^asr-stream-batch\.(\d+)-of-(\d+)\.json$/
const MS_IN_SECOND = 1000

/** What became of a shard, as JSON. Times are seconds. */
export interface BatchSummary {
  readonly kind: typeof KIND
  readonly version: typeof VERSION
  /** Version of the program. */
  readonly program: string
  readonly shard: Shard
  readonly recordings: {
    /** In the list or folder. */
    readonly total: number
    /** Stands for their names: shards that saw others do not fit together. */
    readonly fingerprint: string
    /** In this shard: the sum of the following. */
    readonly inShard: number
    /** Transcribed by this run. */
    readonly done: number
    /** Done before, by an earlier run or another program. */
    readonly doneBefore: number
    readonly failed: number
    /** Not reached, because the run was interrupted. */
    readonly left: number
  }
  /** Audio that this run has recognized. */
  readonly audioSec: number
  /** Audio of recordings that were done before, as far as it is known. */
  readonly audioBeforeSec: number
  /** From the first recording to the last, without loading the model. */
  readonly elapsedSec: number
  /** Seconds of audio in a second; null: nothing was recognized. */
  readonly speed: number | null
  readonly begun: string
  readonly ended: string
  readonly isInterrupted: boolean
  readonly options: Readonly<Record<string, unknown>>
  readonly errors: readonly { readonly file: string; readonly code: string; readonly message: string }[]
}

/** What a summary is made of. */
export interface BatchFacts {
  readonly program: string
  readonly shard: Shard
  /** All in the list or folder. */
  readonly all: readonly NamedRecording[]
  readonly inShard: number
  readonly doneBefore: number
  readonly done: number
  readonly failed: readonly FailedFile[]
  readonly audioSec: number
  readonly audioBeforeSec: number
  readonly elapsedSec: number
  readonly begunAt: Date
  readonly endedAt: Date
  readonly isInterrupted: boolean
  readonly options: Readonly<Record<string, unknown>>
}

/** Sums up. */
export function batchSummary(facts: BatchFacts): BatchSummary {
  const { program, shard, all, inShard, doneBefore, done, failed, audioSec, audioBeforeSec, elapsedSec } = facts
  const { begunAt, endedAt, isInterrupted, options } = facts
  return {
    kind: KIND,
    version: VERSION,
    program,
    shard,
    recordings: {
      total: all.length,
      fingerprint: fingerprintOf(all),
      inShard,
      done,
      doneBefore,
      failed: failed.length,
      left: inShard - doneBefore - done - failed.length,
    },
    audioSec: rounded(audioSec),
    audioBeforeSec: rounded(audioBeforeSec),
    elapsedSec: rounded(elapsedSec),
    speed: audioSec > 0 && elapsedSec > 0 ? rounded(audioSec / elapsedSec) : null,
    begun: begunAt.toISOString(),
    ended: endedAt.toISOString(),
    isInterrupted,
    options,
    errors: failed.map(({ name, error }) => ({ file: name, code: error.code, message: error.message })),
  }
}

/** The name of the summary of a shard in the folder of outputs. */
export function summaryName(shard: Shard): string {
  return `asr-stream-batch.${shardLabel(shard)}.json`
}

/**
 * Writes the summary, and a list of what failed beside the outputs: a line for each, with name, code and message.
 *
 * @param path where the summary goes
 * @param outputDir the folder of outputs; a list of an earlier run in it is removed when nothing failed
 * @throws OutputError when they cannot be written
 */
export async function writeSummary(summary: BatchSummary, path: string, outputDir: string): Promise<void> {
  await writeWithList(summary, path, join(outputDir, `asr-stream-failed.${shardLabel(summary.shard)}.txt`))
}

/**
 * Writes a summary as JSON, and beside it a line for each recording that failed: name, code and message, with tabs between.
 * @param list file of these lines; none stays where nothing has failed
 * @throws OutputError when one cannot be written
 */
export async function writeWithList(
  summary: { readonly errors: BatchSummary['errors'] },
  path: string,
  list: string,
): Promise<void> {
  await writeWhole(path, Buffer.from(`${JSON.stringify(summary, null, 2)}\n`), true)
  const lines = summary.errors.map((error) => `${[error.file, error.code, error.message].map(inCell).join('\t')}\n`)
  if (lines.length > 0) await writeWhole(list, Buffer.from(lines.join('')), true)
  // Where there is none, or it cannot be removed, the summary says it all the same.
  else await unlink(list).catch(() => undefined)
}

/** Shards of the same run that saw other recordings than this one, as far as their summaries are in the folder. */
export async function strangerShards(summary: BatchSummary, outputDir: string): Promise<readonly string[]> {
  const { shard, recordings } = summary
  const names = await readdir(outputDir).catch(() => [])
  const found: string[] = []
  for (const name of names) {
    const index = Number(SUMMARY_NAME.exec(name)?.[1])
    const other = { index, count: shard.count }
    if (name !== summaryName(other) || index === shard.index) continue
    const text = await readFile(join(outputDir, name), 'utf8').catch(() => '')
    const theirs = /"fingerprint": "(\w+)"/.exec(text)?.[1]
    if (theirs !== undefined && theirs !== recordings.fingerprint) found.push(shardLabel(other))
  }
  return found
}

function fingerprintOf(all: readonly NamedRecording[]): string {
  const places = all.map(({ within }) => within.replaceAll('\\', '/')).sort()
  return createHash('sha256').update(JSON.stringify(places)).digest('hex').slice(0, 16)
}

function inCell(text: string): string {
  return text.replace(/[\t\r\n]+/g, ' ')
}

function rounded(seconds: number): number {
  return Math.round(seconds * MS_IN_SECOND) / MS_IN_SECOND
}
