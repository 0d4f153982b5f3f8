import type { Given } from '../config/doors/given.js'
import { InputError, UsageError } from '../core/errors.js'
import { mergedSummary, readSummaries, writeMerged } from '../files/merge-summaries.js'
import { SomeFailedError } from '../files/some-failed-error.js'
import { standardOutput } from '../output/writers/line-writer.js'
import { createLog } from '../terminal/log.js'
import type { BatchFlags } from './batch-options.js'
import { refuseRecognition } from './judge-options.js'

const HINT = 'asr-stream-failed.txt has them; the same command for the shards tries them again'

/** `asr-stream batch --merge-summaries --output-dir texts`: joins what the shards say of themselves. */
export async function mergeSummaries(source: string | undefined, flags: BatchFlags, given?: Given): Promise<void> {
  const { outputDir, summary, quiet = false, logLevel } = flags
  if (source !== undefined || flags.shard !== undefined) {
    throw new UsageError('--merge-summaries transcribes nothing', { hint: 'leave out the recordings and --shard' })
  }
  refuseRecognition(flags, given, '--merge-summaries transcribes nothing')
  if (outputDir === undefined) {
    throw new UsageError('--merge-summaries needs --output-dir', { hint: 'give the folder of the summaries' })
  }
  const merged = mergedSummary(await readSummaries(outputDir))
  const place = await writeMerged(merged, outputDir, summary)
  const { recordings, shards, audioSec, audioBeforeSec } = merged
  const log = await createLog(logLevel ?? (quiet ? 'ERROR' : 'WARNING'))
  if (!shards.agree) log.warn('shards saw different recordings: some may be in no shard; run all shards again')
  if (recordings.left > 0) {
    log.warn(`shard ${shards.interrupted.join(', ')} was interrupted: ${recordings.left} recordings are left`)
  }
  const done = recordings.done + recordings.doneBefore
  const hours = ((audioSec + audioBeforeSec) / 3600).toFixed(2)
  await standardOutput().write(`${place}: ${done} of ${recordings.total} recordings done, ${hours} h of audio`)
  if (shards.missing.length > 0) {
    const which = shards.missing.join(', ')
    throw new InputError(`${shards.missing.length} of ${shards.count} shards have no summary: ${which}`, {
      hint: 'run them, then join the summaries once more',
    })
  }
  const failed = merged.errors.map(({ file }) => file)
  if (failed.length > 0) throw new SomeFailedError(failed, recordings.total, HINT)
}
