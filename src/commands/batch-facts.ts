import type { Log } from '../core/types.js'
import { type BatchFacts, type BatchSummary, strangerShards } from '../files/batch-summary.js'
import type { FormatName } from '../output/formats/names.js'
import type { PlannedResult } from './planned-run.js'

/** What decides which text there is, and has no secrets in it. */
const SHOWN = [
  'backend',
  'model',
  'modelDir',
  'lan',
  'languages',
  'task',
  'offline',
  'fast',
  'policy',
  'startAt',
] as const

/** What a run says for the summary of a shard. */
export function runFacts({ config, key, files, skipped, skippedSec }: PlannedResult, formats: readonly FormatName[]) {
  const shown = Object.fromEntries(SHOWN.map((name) => [name, config[name]]))
  return {
    doneBefore: skipped,
    done: files?.done ?? 0,
    failed: files?.failed ?? [],
    audioSec: files?.tally.recognizedSec ?? 0,
    audioBeforeSec: skippedSec,
    elapsedSec: files?.tally.elapsedSec ?? 0,
    options: { ...shown, formats, key },
  } satisfies Partial<BatchFacts>
}

/** Tells of shards that have divided up other recordings, so that one may be in none of them. */
export async function warnOfStrangers(summary: BatchSummary, outputDir: string, log: Log): Promise<void> {
  const strangers = await strangerShards(summary, outputDir)
  if (strangers.length === 0) return
  const which = strangers.join(', ')
  log.warn(`the recordings have changed since shard ${which} ran: some may be in no shard; run all shards again`)
}
