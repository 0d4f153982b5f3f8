import { mkdtemp, realpath, rm } from 'node:fs/promises'
import { hostname, tmpdir } from 'node:os'
import { dirname, extname, join, relative, sep } from 'node:path'
import type { ASRConfig } from '../config/config.js'
import { AsrStreamError } from '../core/errors.js'
import type { Log } from '../core/types.js'
import { journalReader, workerJournal } from '../files/journal.js'
import { nameOutputs, type PlannedRecording } from '../files/name-outputs.js'
import { optionsKey } from '../files/options-key.js'
import { makeFolder } from '../files/plan-files.js'
import { runFiles } from '../files/run-files.js'
import type { Tally } from '../files/tally.js'
import type { Transcriber } from '../transcriber/transcriber.js'
import { contentOfFile, fetchContent, hasChanged, isSameContent } from './content.js'
import { type InputRoots, isBelow, placeOfRecording } from './input-roots.js'
import { JobEndedError, RefusedJobError } from './job-errors.js'
import { type QueueJob, type QueueResult, recordingName } from './queue-job.js'

/** What a worker does all its jobs with. */
export interface Workshop {
  readonly transcriber: Transcriber
  readonly config: ASRConfig & Record<string, unknown>
  readonly roots: InputRoots
  readonly outputDir: string
  readonly log: Log
  /** Called when a file of a job is not complete. */
  readonly onLeft: (path: string, part: string) => void
}

/** How one job is done. */
export interface JobRun {
  /** Whether a worker before may have written its texts. */
  readonly wasBegun: boolean
  /** Aborting it ends the job; what is final is in `.part` files. */
  readonly signal: AbortSignal
  readonly onTally: (tally: Tally) => void
}

/** Does one job after the other. */
export type JobRunner = (job: QueueJob, run: JobRun) => Promise<QueueResult>

/**
 * What does jobs: finds the recording, sees that it is the one that was put into the queue, transcribes it, and writes its
 * texts. Texts that are there already, of the same recording with the same options, are kept.
 *
 * @returns rejects with RefusedJobError for what no worker can do, JobEndedError when it is aborted, and as `runFiles`
 */
export function jobRunner(shop: Workshop): JobRunner {
  // What others have written while this one works is of interest only where a job was begun before.
  const shared = journalReader()
  return async (job, { wasBegun, signal, onTally }) => {
    const place = await placeOfRecording(job, shop.roots)
    const planned = await plan(job, place, shop.outputDir)
    const begin = performance.now()
    const key = await optionsKey(shop.config, job.writing)
    const isAddress = 'address' in job.recording
    const reader = wasBegun ? journalReader() : shared
    await using fetched = isAddress ? await fetchedFile(job, place, signal) : null
    if (fetched === null) await checkContent(job, place, signal)
    const { file } = fetched ?? {}
    const recording = { ...planned.recording, ...(file !== undefined && { file }) }
    const result = await runFiles([{ ...planned, recording }], shop.transcriber, {
      jobs: 1,
      resume: true,
      // An address says nothing of what is there.
      optionsKey: isAddress ? `${key}-${job.content.etag ?? job.content.changed ?? job.content.size ?? ''}` : key,
      journal: workerJournal(hostname()),
      reader,
      hasSeveral: true,
      outputs: { ...job.writing, giveUp: signal, onLeft: shop.onLeft },
      channels: job.writing.channels,
      signal,
      log: shop.log,
      onIdle: (option, name) => shop.log.debug(`${name}: the option ${option} has no effect on it`),
      onTally,
      onFailure: () => {},
    }).catch((error: unknown) => Promise.reject(named(error, file, job)))
    const [failed] = result.failed
    if (failed) throw named(failed.error, file, job)
    if (result.done + result.skipped === 0)
      throw new JobEndedError(`${recordingName(job)} was ended before it was done`)
    return {
      outputs: planned.outputs.map(({ path }) => relative(shop.outputDir, path).split(sep).join('/')),
      audioSec: result.tally.recognizedSec,
      elapsedSec: (performance.now() - begin) / 1000,
      wasDone: result.skipped > 0,
      worker: hostname(),
    }
  }
}

/** @throws RefusedJobError when outputs would leave the folder of outputs; OutputError when their folder cannot be made */
async function plan(
  { recording, within, formats }: QueueJob,
  place: string,
  outputDir: string,
): Promise<PlannedRecording> {
  const isAddress = 'address' in recording
  const named = { name: place, within: within.split('/').join(sep), isAddress }
  const [planned] = nameOutputs([named], formats, outputDir)
  const [output] = planned?.outputs ?? []
  if (planned === undefined || output === undefined) throw new RefusedJobError('the job has no outputs')
  await makeFolder(outputDir)
  const folder = dirname(output.path)
  // A link in the folder of outputs may lead out of it: what is there of the way is followed before anything is made.
  await refuseLeaving(folder, outputDir)
  await makeFolder(folder)
  await refuseLeaving(folder, outputDir)
  return planned
}

async function refuseLeaving(folder: string, outputDir: string): Promise<void> {
  const root = await realpath(outputDir)
  let [real, way] = [await realpath(folder).catch(() => null), folder]
  while (real === null && dirname(way) !== way) {
    way = dirname(way)
    real = await realpath(way).catch(() => null)
  }
  if (real !== null && (real === root || isBelow(real, root))) return
  throw new RefusedJobError(`the outputs of the job would lie outside of ${outputDir}`)
}

async function checkContent(job: QueueJob, path: string, signal: AbortSignal): Promise<void> {
  if (!isSameContent(await contentOfFile(path, signal), job.content)) throw hasChanged(recordingName(job))
}

async function fetchedFile(job: QueueJob, address: string, signal: AbortSignal) {
  const folder = await mkdtemp(join(tmpdir(), 'asr-stream-queue-'))
  const remove = () => rm(folder, { recursive: true, force: true })
  const file = join(folder, `recording${extname(job.within)}`)
  try {
    await fetchContent(address, file, job.content, signal)
    return { file, [Symbol.asyncDispose]: remove }
  } catch (error) {
    await remove()
    throw error
  }
}

/** Nobody knows the file that an address was fetched into. */
function named(error: unknown, file: string | undefined, job: QueueJob): unknown {
  if (file === undefined || !(error instanceof AsrStreamError)) return error
  error.message = error.message.replaceAll(file, recordingName(job))
  return error
}
