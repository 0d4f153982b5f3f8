import { dirname, join } from 'node:path'
import { UsageError } from '../core/errors.js'
import { batchSummary, summaryName, writeSummary } from '../files/batch-summary.js'
import { shardJournal } from '../files/journal.js'
import { listRecordings } from '../files/list-recordings.js'
import { nameOutputs } from '../files/name-outputs.js'
import { makeFolder } from '../files/plan-files.js'
import { parseShard, recordingsOfShard, WHOLE } from '../files/shard.js'
import { SomeFailedError } from '../files/some-failed-error.js'
import { cueLimits } from '../output/subtitles/cue-limits.js'
import { runFacts, warnOfStrangers } from './batch-facts.js'
import type { BatchFlags } from './batch-options.js'
import type { CommandRun } from './configure.js'
import { openFilesReport } from './files-report.js'
import { programVersion } from './info-options.js'
import { runPlanned } from './run-planned.js'

/** What is written where nothing else is said: the same bytes whichever machine computes them, which JSON Lines have not. */
const FORMATS = ['srt', 'txt'] as const
const HELP = 'see asr-stream batch --help'
const HINT = 'the others are done; the same command tries those that failed again'

/** `asr-stream batch list.txt --output-dir texts --shard 3/8`: transcribes a shard of many recordings, and sums up. */
export async function batchCommand(source: string | undefined, flags: BatchFlags, run: CommandRun): Promise<void> {
  const { shard: asked, summary: path, outputDir, format: formats = FORMATS, ...others } = flags
  if (source === undefined) throw new UsageError('batch needs a list or folder of recordings', { hint: HELP })
  const shard = asked === undefined ? WHOLE : parseShard(asked, process.env)
  if (outputDir === undefined)
    throw new UsageError('batch needs --output-dir', { hint: 'give the folder for the texts' })
  cueLimits(flags)
  const begunAt = new Date()
  const all = await listRecordings(source, process.stdin)
  const named = nameOutputs(all, formats, outputDir)
  const planned = recordingsOfShard(named, shard, ({ recording }) => recording.within)
  const place = path ?? join(outputDir, summaryName(shard))
  for (const folder of [outputDir, dirname(place)]) await makeFolder(folder)
  const report = await openFilesReport(flags)
  try {
    const own = { ...others, format: formats, outputDir, resume: true }
    const journal = shardJournal(shard)
    const result = await runPlanned(planned, own, {
      ...run,
      report,
      outputs: named[0]?.outputs ?? [],
      hasSeveral: true,
      journal,
    })
    const facts = { program: programVersion(), shard, all, inShard: planned.length, begunAt, endedAt: new Date() }
    const summary = batchSummary({ ...facts, ...runFacts(result, formats), isInterrupted: run.signal.aborted })
    await writeSummary(summary, place, outputDir)
    await warnOfStrangers(summary, outputDir, report.log)
    const { files, skipped } = result
    if (files === null) return report.nothingLeft(planned.length)
    report.done(files.tally, { skipped, isInterrupted: run.signal.aborted })
    const failed = files.failed.map(({ name }) => name)
    if (failed.length > 0) throw new SomeFailedError(failed, planned.length, HINT)
  } finally {
    report.close()
  }
}
