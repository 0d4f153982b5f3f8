import { isAddress } from '../audio/sources/open-address.js'
import { findRecordings, isRecordingName, type NamedRecording, standsForMany } from '../files/find-recordings.js'
import { listRecordings } from '../files/list-recordings.js'
import { SomeFailedError } from '../files/some-failed-error.js'
import { cueLimits } from '../output/subtitles/cue-limits.js'
import { standardOutput } from '../output/writers/line-writer.js'
import { type Filled, fillQueue } from '../queue/fill-queue.js'
import { openStore } from '../queue/open-store.js'
import { parseQueueAddress } from '../queue/queue-address.js'
import { WRITING_KEYS } from '../queue/queue-job.js'
import type { EnqueueFlags } from './enqueue-options.js'
import { openFilesReport } from './files-report.js'
import { addressOf } from './queue-flags.js'

/** As `asr-stream batch` writes. */
const FORMATS = ['srt', 'txt'] as const
const HINT = 'the others are in the queue; the same command adds those that are missing'

/** `asr-stream enqueue talks/ --queue redis://...`: puts recordings into a queue, each once. */
export async function enqueueCommand(
  names: readonly string[],
  flags: EnqueueFlags,
  signal: AbortSignal,
): Promise<void> {
  const { queueName, inputRoot, attempts, retryDelay, format: formats = FORMATS, json = false, quiet = false } = flags
  const address = parseQueueAddress(addressOf(flags))
  cueLimits(flags)
  const recordings = await recordingsOf(names)
  const report = await openFilesReport(flags)
  try {
    const store = await openStore(address)
    const writing = Object.fromEntries(WRITING_KEYS.map((key) => [key, flags[key]]))
    const how = { inputRoot, attempts, retryDelaySec: retryDelay, signal, onFailure: report.onFailure }
    const filled = await fillQueue(recordings, { store, queueName, formats, writing, ...how })
    await tell(filled, json, quiet)
    const failed = filled.failed.map(({ name }) => name)
    if (failed.length > 0) throw new SomeFailedError(failed, recordings.length, HINT)
  } finally {
    report.close()
  }
}

/** One name that is neither a recording nor stands for some is that of a list. */
async function recordingsOf(names: readonly string[]): Promise<readonly NamedRecording[]> {
  const [first = ''] = names
  const isOne = names.length === 1 && !isAddress(first) && !isRecordingName(first) && !(await standsForMany(first))
  return isOne ? listRecordings(first, process.stdin) : findRecordings(names)
}

async function tell({ failed, ...counts }: Filled, json: boolean, quiet: boolean): Promise<void> {
  const writer = standardOutput()
  if (json) return writer.write(JSON.stringify({ ...counts, failed: failed.map(({ name }) => name) }))
  if (quiet) return
  const before = Object.entries(counts).filter(([what, count]) => what !== 'added' && count > 0)
  const there = before.map(([what, count]) => `${count} ${what}`).join(', ')
  await writer.write(`${counts.added} added${there === '' ? '' : `; in the queue already: ${there}`}`)
}
