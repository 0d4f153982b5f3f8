import { setTimeout as sleep } from 'node:timers/promises'
import { within } from '../core/closing.js'
import { messageOf } from '../core/errors.js'
import type { Log } from '../core/types.js'
import type { Tally } from '../files/tally.js'
import { GONE, isLasting, JobEndedError, reasonOf, STALLED } from './job-errors.js'
import type { JobProcessor, QueueStore, RecordingJob, RecordingQueue, RecordingWorker } from './open-store.js'
import { withoutSecrets } from './queue-address.js'
import { checkedJob, type QueueResult, recordingName } from './queue-job.js'
import type { JobRunner } from './run-job.js'

/** A job whose worker is gone so often is dead: it may be what ends them. */
const MAX_STALLED = 3
/** How often jobs of workers that are gone are looked for. */
const STALLED_MS = 5000
/** Seconds between two attempts to ask a store that does not answer. */
const RETRY_MS = 1000
/** How often progress is told. */
const PROGRESS_MS = 2000
/** Seconds between looks whether all is done when a worker is told to stop. */
const POLL_SEC = 0.1
/** How often an empty queue is looked at again. */
const EMPTY_MS = 500
/** A store that is gone must not keep a program that is told to stop; in seconds. */
const CLOSE_SEC = 5
/** The same trouble is told again after this long. */
const NEWS_MS = 60_000
/** What BullMQ says of a job that a worker was too long silent of; its text is there, and the next worker finds it. */
const LOST = /missing lock|could not renew lock/i
const MS = 1000

/** How a worker works. Times are seconds. */
export interface WorkerWishes {
  readonly store: QueueStore
  readonly queueName: string
  readonly concurrency: number
  /** So long a job is this worker's without a word of it. */
  readonly lockSec: number
  /** So long jobs under way may take when the worker is told to stop. */
  readonly drainSec: number
  /** Whether it ends when nothing is left to do. */
  readonly untilEmpty: boolean
  readonly run: JobRunner
  readonly stop: AbortSignal
  readonly log: Log
  /** Called when the worker takes jobs. */
  readonly onReady: () => void
  /** Called when a job is done, and when one has failed. */
  readonly onDone: (name: string, result: QueueResult) => void
  readonly onFailed: (name: string, reason: string, willBeTried: boolean) => void
}

/**
 * Takes jobs out of a queue until it is told to stop, or nothing is left; a job under way is finished or given back.
 * @returns how many were done
 * @throws QueueError when the store does not answer
 */
export async function runWorker(wishes: WorkerWishes): Promise<{ readonly done: number }> {
  const counts = { done: 0, running: 0 }
  const { store, queueName, concurrency, lockSec, drainSec, log } = wishes
  const queue = await store.queue(queueName, true)
  const giveUp = new AbortController()
  const worker = store.worker(queueName, processor(wishes, giveUp.signal, counts), {
    concurrency,
    lockDuration: lockSec * MS,
    stalledInterval: Math.min(STALLED_MS, lockSec * MS),
    maxStalledCount: MAX_STALLED,
    runRetryDelay: RETRY_MS,
  })
  listen(worker, store, log, wishes)
  worker.on('completed', () => {
    counts.done++
  })
  try {
    await begun(worker, wishes)
    wishes.onReady()
    await ended(wishes, queue)
  } finally {
    // No job is taken from here on.
    const closing = worker.close().catch(() => undefined)
    const timer = setTimeout(() => giveUp.abort(), drainSec * MS)
    // With a store that is away it is never closed, so that it is waited for only while a job is under way.
    for (const end = Date.now() + drainSec * MS; counts.running > 0 && Date.now() < end; )
      await within(POLL_SEC, closing)
    await within(CLOSE_SEC, closing)
    clearTimeout(timer)
    await within(
      CLOSE_SEC,
      queue.close().catch(() => undefined),
    )
  }
  return counts
}

function processor(
  { store, run, onDone, onFailed }: WorkerWishes,
  giveUp: AbortSignal,
  counts: { running: number },
): JobProcessor {
  const { UnrecoverableError, WaitingError } = store.library
  // BullMQ counts the parameters: with three it tells when the job has become another worker's.
  return async (job, token, lost) => {
    const signal = AbortSignal.any([giveUp, ...(lost ? [lost] : [])])
    let name = job.id ?? ''
    counts.running++
    try {
      const checked = checkedJob(job.data)
      name = recordingName(checked)
      const result = await run(checked, {
        wasBegun: job.attemptsStarted > 1,
        signal,
        onTally: reporter(job as unknown as RecordingJob),
      })
      onDone(name, result)
      return result
    } catch (error) {
      // What fails because everything ends is no failure of its own.
      if (giveUp.aborted) {
        await job.moveToWait(token)
        throw new WaitingError()
      }
      if (error instanceof JobEndedError || signal.aborted) throw error
      const isLast = isLasting(error) || job.attemptsMade + 1 >= (job.opts.attempts ?? 1)
      onFailed(name, reasonOf(error), !isLast)
      throw isLasting(error) ? new UnrecoverableError(reasonOf(error)) : new Error(reasonOf(error))
    } finally {
      counts.running--
    }
  }
}

/** Tells how far a job is, one word after the other; what cannot be told is told the next time. */
function reporter(job: RecordingJob): (tally: Tally) => void {
  let [toldAt, isTelling] = [0, false]
  return ({ recognizedSec, totalSec }) => {
    if (isTelling || Date.now() - toldAt < PROGRESS_MS) return
    toldAt = Date.now()
    isTelling = true
    const told = job.updateProgress({ heardSec: recognizedSec, totalSec })
    void told
      .catch(() => undefined)
      .finally(() => {
        isTelling = false
      })
  }
}

function listen(worker: RecordingWorker, { address }: QueueStore, log: Log, { stop, onFailed }: WorkerWishes): void {
  const toldAt = new Map<string, number>()
  worker.on('error', (error) => {
    const message = withoutSecrets(messageOf(error), address)
    if (LOST.test(message)) return log.info(`${address.shown}: ${message}: it has become the job of another worker`)
    const isNews = Date.now() - (toldAt.get(message) ?? 0) > NEWS_MS
    // A store that is gone is asked again and again.
    if (!isNews || stop.aborted) return
    toldAt.set(message, Date.now())
    log.warn(`${address.shown}: ${message}`)
  })
  worker.on('failed', (job, { message }) => {
    // A job of which nothing was tried here: the workers before have not come to an end with it.
    if (message === STALLED) onFailed(job?.id ?? 'a job', GONE, false)
  })
  worker.on('lockRenewalFailed', (ids) => {
    for (const id of ids) worker.cancelJob(id, 'it has become the job of another worker')
  })
  worker.on('stalled', (id) => log.info(`the job ${id} was left by its worker and waits again`))
}

/**
 * Resolves when the worker works, or is told to stop before.
 * @throws QueueError when it cannot begin: it would not notice by itself that the store is there again
 */
async function begun(worker: RecordingWorker, { store, stop }: WorkerWishes): Promise<void> {
  const stopped = new Promise<void>((resolve) => {
    stop.addEventListener('abort', () => resolve(), { once: true })
    if (stop.aborted) resolve()
  })
  try {
    await Promise.race([worker.waitUntilReady(), stopped])
  } catch (error) {
    throw store.failure('the worker cannot begin', error)
  }
}

/** Resolves when the worker is told to stop, or nothing is left to do. */
async function ended({ stop, untilEmpty }: WorkerWishes, queue: RecordingQueue): Promise<void> {
  while (!stop.aborted && !(untilEmpty && (await isEmpty(queue)))) {
    // Aborting it ends the wait, and is no failure.
    await sleep(EMPTY_MS, undefined, { signal: stop }).catch(() => undefined)
  }
}

async function isEmpty(queue: RecordingQueue): Promise<boolean> {
  // A store that is gone for a while may have jobs all the same.
  const counts = await queue.getJobCounts('waiting', 'active', 'delayed', 'prioritized').catch(() => null)
  return counts !== null && Object.values(counts).every((count) => count === 0)
}
