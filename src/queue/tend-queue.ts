import { GONE, STALLED } from './job-errors.js'
import type { QueueStore, RecordingJob, RecordingQueue } from './open-store.js'
import { type QueueJob, type QueueProgress, recordingName } from './queue-job.js'

/** Jobs are asked for in bundles. */
const BUNDLE = 500

/** A job that is under way. */
export interface RunningJob extends QueueProgress {
  readonly id: string
  readonly recording: string
  /** Which attempt it is, from 1. */
  readonly attempt: number
}

/** A job that is not tried any more. */
export interface DeadJob {
  readonly id: string
  readonly recording: string
  /** Such as "ASR_INPUT"; null: it says none, for example because its workers were gone. */
  readonly code: string | null
  readonly reason: string
  readonly attempts: number
  /** When it failed the last time. */
  readonly failedAt: string | null
}

/** What is in a queue. */
export interface QueueStatus {
  readonly queue: string
  readonly waiting: number
  /** Wait for their next attempt. */
  readonly delayed: number
  readonly running: number
  readonly done: number
  readonly dead: number
  readonly runningJobs: readonly RunningJob[]
  readonly deadJobs: readonly DeadJob[]
}

/** What is taken out of a queue. */
export interface DrainWishes {
  /** What is done as well, so that it is transcribed again when it is put in once more. */
  readonly done: boolean
  /** What is dead as well. */
  readonly dead: boolean
}

/**
 * Looks what is in a queue.
 * @throws QueueError when the store does not answer
 */
export function queueStatus(store: QueueStore, name: string): Promise<QueueStatus> {
  return withQueue(store, name, async (queue) => {
    const counts = await queue.getJobCounts('waiting', 'active', 'delayed', 'completed', 'failed')
    const running = (await queue.getActive(0, BUNDLE - 1)) as unknown as readonly RecordingJob[]
    return {
      queue: name,
      waiting: counts.waiting ?? 0,
      delayed: counts.delayed ?? 0,
      running: counts.active ?? 0,
      done: counts.completed ?? 0,
      dead: counts.failed ?? 0,
      runningJobs: running.map(runningJob),
      deadJobs: (await deadOnes(queue)).map(deadJob),
    }
  })
}

/**
 * Lets all dead jobs be tried anew, with all their attempts.
 * @returns how many
 * @throws QueueError when the store does not answer
 */
export function retryDead(store: QueueStore, name: string): Promise<number> {
  return withQueue(store, name, async (queue) => {
    const dead = await deadOnes(queue)
    let count = 0
    for (const job of dead) {
      // Another program may have done so meanwhile.
      const isRetried = await job.retry('failed', RESET).then(
        () => true,
        async (error: unknown) => ((await job.isFailed()) ? Promise.reject(error) : false),
      )
      if (isRetried) count++
    }
    return count
  })
}

/**
 * Takes out what waits.
 * @returns how many jobs were taken out
 * @throws QueueError when the store does not answer
 */
export function drainQueue(store: QueueStore, name: string, { done, dead }: DrainWishes): Promise<number> {
  return withQueue(store, name, async (queue) => {
    const counts = await queue.getJobCounts('waiting', 'delayed')
    await queue.drain(true)
    let count = (counts.waiting ?? 0) + (counts.delayed ?? 0)
    for (const state of [...(done ? ['completed' as const] : []), ...(dead ? ['failed' as const] : [])]) {
      for (;;) {
        const removed = await queue.clean(0, BUNDLE, state)
        count += removed.length
        if (removed.length < BUNDLE) break
      }
    }
    return count
  })
}

const RESET = { resetAttemptsMade: true, resetAttemptsStarted: true }

async function withQueue<Value>(
  store: QueueStore,
  name: string,
  ask: (queue: RecordingQueue) => Promise<Value>,
): Promise<Value> {
  const queue = await store.queue(name)
  try {
    return await ask(queue)
  } catch (error) {
    throw store.failure(`the queue ${name} does not answer`, error)
  } finally {
    await queue.close().catch(() => undefined)
  }
}

async function deadOnes(queue: RecordingQueue): Promise<readonly RecordingJob[]> {
  const found: RecordingJob[] = []
  for (;;) {
    const some = (await queue.getFailed(found.length, found.length + BUNDLE - 1)) as unknown as RecordingJob[]
    found.push(...some)
    if (some.length < BUNDLE) return found
  }
}

function runningJob(job: RecordingJob): RunningJob {
  const { heardSec = 0, totalSec = null } = (job.progress ?? {}) as Partial<QueueProgress>
  return { id: job.id ?? '', recording: nameOf(job), attempt: job.attemptsMade + 1, heardSec, totalSec }
}

function deadJob(job: RecordingJob): DeadJob {
  const said = job.failedReason === STALLED ? GONE : (job.failedReason ?? '')
  const [, code = null, reason = ''] = /^(?:(ASR_\w+) )?(.*)$/s.exec(said) ?? []
  const failedAt = job.finishedOn === undefined ? null : new Date(job.finishedOn).toISOString()
  return { id: job.id ?? '', recording: nameOf(job), code, reason, attempts: job.attemptsMade, failedAt }
}

/** Anybody may have written what is in a queue. */
function nameOf({ data, id = 'a job' }: RecordingJob): string {
  const { recording } = (data ?? {}) as Partial<QueueJob>
  if (typeof recording !== 'object' || recording === null) return id
  const { path, address } = recording as Readonly<Record<string, unknown>>
  return typeof path === 'string' || typeof address === 'string' ? recordingName({ recording }) : id
}
