import { realpath } from 'node:fs/promises'
import { relative, resolve, sep } from 'node:path'
import { AsrStreamError, UsageError } from '../core/errors.js'
import { ownValue } from '../core/own-value.js'
import type { NamedRecording } from '../files/find-recordings.js'
import { nameOutputs } from '../files/name-outputs.js'
import type { WrittenOptions } from '../files/options-key.js'
import type { FailedFile } from '../files/run-files.js'
import { shownName } from '../files/shown-name.js'
import type { FormatName } from '../output/formats/names.js'
import { contentAt, contentOfFile } from './content.js'
import { isBelow } from './input-roots.js'
import type { QueueStore, RecordingQueue } from './open-store.js'
import { isPlaceOfOutputs, jobId, newJob, type QueueJob } from './queue-job.js'

/** So many recordings are looked at at once, and put into the queue together. */
const READERS = 4
const BUNDLE = 100
/** Of a job's failures only the reason is kept. */
const STACK_LINES = 0
const MS = 1000

/** How recordings are put into a queue. */
export interface FillWishes {
  readonly store: QueueStore
  readonly queueName: string
  readonly formats: readonly FormatName[]
  readonly writing: WrittenOptions
  /** Paths are written relative to it; absent: from the root. */
  readonly inputRoot: string | undefined
  readonly attempts: number
  /** Before the second attempt, in seconds; doubled each time. */
  readonly retryDelaySec: number
  readonly signal: AbortSignal
  /** Called when one cannot be put into the queue. */
  readonly onFailure: (failed: FailedFile) => void
}

/** What became of recordings that were to be put into a queue. */
export interface Filled {
  readonly added: number
  /** Were in the queue already, by what has become of them. */
  readonly waiting: number
  readonly running: number
  readonly done: number
  readonly dead: number
  readonly failed: readonly FailedFile[]
}

const STATES: Readonly<Record<string, Exclude<keyof Filled, 'added' | 'failed'>>> = {
  completed: 'done',
  failed: 'dead',
  active: 'running',
}

/**
 * Puts recordings into a queue, each once: what is in it already, with the same content and options, is left alone.
 * @throws UsageError when outputs would have the same name; QueueError when the store does not answer
 */
export async function fillQueue(recordings: readonly NamedRecording[], wishes: FillWishes): Promise<Filled> {
  const { store, queueName, formats, signal, onFailure } = wishes
  nameOutputs(recordings, formats, '.')
  const root = wishes.inputRoot === undefined ? null : await realpath(wishes.inputRoot)
  const queue = await store.queue(queueName)
  const count = { added: 0, waiting: 0, running: 0, done: 0, dead: 0 }
  const failed: FailedFile[] = []
  try {
    for (let from = 0; from < recordings.length && !signal.aborted; from += BUNDLE) {
      const jobs: QueueJob[] = []
      const rest = recordings.slice(from, from + BUNDLE).values()
      const look = async () => {
        for (const recording of rest) {
          try {
            jobs.push(await jobOf(recording, root, wishes))
          } catch (error) {
            if (signal.aborted || !(error instanceof AsrStreamError)) throw error
            failed.push({ name: shownName(recording), error })
            onFailure({ name: shownName(recording), error })
          }
        }
      }
      await Promise.all(Array.from({ length: READERS }, look))
      for (const state of await add(queue, jobs, wishes)) count[state]++
    }
    return { ...count, failed }
  } finally {
    await queue.close().catch(() => undefined)
  }
}

async function jobOf(recording: NamedRecording, root: string | null, wishes: FillWishes): Promise<QueueJob> {
  const { name, isAddress } = recording
  const { formats, writing, signal } = wishes
  const within = recording.within.split(sep).join('/')
  if (!isPlaceOfOutputs(within)) {
    throw new UsageError(
      'a queue takes no names with line breaks or other control characters, and none of its journals',
      {
        hint: 'rename it, or use asr-stream batch',
      },
    )
  }
  if (isAddress) {
    return newJob({ recording: { address: name }, within, content: await contentAt(name, signal), formats, writing })
  }
  const content = await contentOfFile(name, signal)
  return newJob({ recording: { path: await pathFor(name, root) }, within, content, formats, writing })
}

async function pathFor(name: string, root: string | null): Promise<string> {
  if (root === null) return resolve(name)
  const real = await realpath(name)
  if (isBelow(real, root)) return relative(root, real).split(sep).join('/')
  throw new UsageError(`${name} is not in --input-root`, { hint: 'give the folder that has all recordings' })
}

async function add(
  queue: RecordingQueue,
  jobs: readonly QueueJob[],
  { store, attempts, retryDelaySec }: FillWishes,
): Promise<readonly Exclude<keyof Filled, 'failed'>[]> {
  const named = [...new Map(jobs.map((job) => [jobId(job), job]))]
  try {
    const states = await Promise.all(named.map(([id]) => queue.getJobState(id)))
    const fresh = named.filter((_, at) => states[at] === 'unknown')
    const opts = {
      attempts,
      backoff: { type: 'exponential', delay: retryDelaySec * MS },
      stackTraceLimit: STACK_LINES,
    }
    const bulk = fresh.map(([id, data]) => ({ name: 'transcribe', data, opts: { ...opts, jobId: id } }))
    if (bulk.length > 0) await queue.addBulk(bulk)
    return states.map((state) => (state === 'unknown' ? 'added' : (ownValue(STATES, state) ?? 'waiting')))
  } catch (error) {
    throw store.failure('recordings cannot be put into the queue', error)
  }
}
