import type { BatchFacts } from '../files/batch-summary.js'
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
