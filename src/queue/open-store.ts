import type { IQueueBackend, Job, Processor, Queue, Worker, WorkerOptions } from 'bullmq'
import { messageOf, QueueError } from '../core/errors.js'
import { type QueueAddress, withoutSecrets } from './queue-address.js'
import type { QueueJob, QueueProgress, QueueResult } from './queue-job.js'
import { loadQueueLibrary, type QueueLibrary } from './queue-library.js'

/** So long a store that does not answer is waited for. */
const ANSWER_MS = 10_000
const CONNECT_MS = 5000
/** Between two attempts to reach a store that is gone. */
const MAX_PAUSE_MS = 2000
const PAUSE_STEP_MS = 200
/** To PostgreSQL, which has a hundred for all. */
const MAX_CONNECTIONS = 4
const UNREACHED = /ECONN|ETIMEDOUT|EAI_AGAIN|EHOSTUNREACH|Connection is closed/

/** A queue of recordings, in BullMQ's words. */
export type RecordingQueue = Queue<QueueJob, QueueResult, string, QueueJob, QueueResult, string, IQueueBackend, unknown>

/** A recording in a queue, in BullMQ's words. */
export type RecordingJob = Job<QueueJob, QueueResult, string>

/** What takes recordings out of a queue, in BullMQ's words. */
export type RecordingWorker = Worker<QueueJob, QueueResult, string, IQueueBackend, QueueProgress, unknown>

/** What a worker does with a recording. */
export type JobProcessor = Processor<QueueJob, QueueResult, string, QueueProgress>

/** How a worker works. */
export type WorkingOptions = Omit<WorkerOptions, 'connection'>

/** A store of queues. */
export interface QueueStore {
  readonly address: QueueAddress
  readonly library: QueueLibrary
  /**
   * @param isPatient whether a store that is not there yet is waited for, for some seconds; absent: not
   * @throws QueueError when the store does not answer
   */
  queue(name: string, isPatient?: boolean): Promise<RecordingQueue>
  worker(name: string, process: JobProcessor, options: WorkingOptions): RecordingWorker
  /** What went wrong there, without secrets. */
  failure(what: string, error: unknown): QueueError
}

/**
 * Prepares what talks to a store; nothing is connected yet.
 *
 * The classes come from `withBackend`: a constructor that is given no factory takes Redis on this machine, whatever its
 * connection says.
 *
 * @throws QueueError when a package is missing
 */
export async function openStore(address: QueueAddress): Promise<QueueStore> {
  const library = await loadQueueLibrary(address.kind)
  const failure = (what: string, error: unknown) =>
    // Errors of drivers have commands and settings with them, passwords included: they are no cause that is kept.
    new QueueError(`${what} at ${address.shown}: ${withoutSecrets(saidBy(error), address)}`, {
      hint: 'check the address, and whether the store runs',
    })
  const classes = classesFor(address, library)
  return {
    address,
    library,
    failure,
    async queue(name, isPatient = false) {
      const queue = classes.queue(name)
      try {
        await ready(queue, isPatient)
        return queue
      } catch (error) {
        // It goes on asking the store else.
        void queue.disconnect().catch(() => undefined)
        throw failure('there is no queue', error)
      }
    },
    worker: classes.worker,
  }
}

async function ready(queue: RecordingQueue, isPatient: boolean): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const failed = new Promise<never>((_, reject) => {
    let last: unknown = new Error('it does not answer')
    timer = setTimeout(() => reject(last), ANSWER_MS)
    // What is not there yet is asked again and again by the driver; what refuses us is not asked twice.
    queue.on('error', (error) => {
      last = error
      if (!isPatient || !UNREACHED.test(saidBy(error))) reject(error)
    })
  })
  await Promise.race([queue.waitUntilReady(), failed]).finally(() => clearTimeout(timer))
}

/** What failed; several attempts that failed together have no message of their own. */
function saidBy(error: unknown): string {
  const { code = 'unknown failure' } = error as NodeJS.ErrnoException
  return messageOf(error) || code
}

interface StoreClasses {
  queue(name: string): RecordingQueue
  worker(name: string, process: JobProcessor, options: WorkingOptions): RecordingWorker
}

function classesFor({ kind, url }: QueueAddress, library: QueueLibrary): StoreClasses {
  if (kind === 'postgres') {
    const settings = { connectionTimeoutMillis: CONNECT_MS, keepAlive: true, max: MAX_CONNECTIONS }
    const connection = { connectionString: url, migrate: true, ...settings }
    const { Queue: OfPostgres, Worker: FromPostgres } = library.withBackend(library.createPostgresBackend)
    return {
      queue: (name) => new OfPostgres(name, { connection }) as unknown as RecordingQueue,
      worker: (name, process, options) =>
        new FromPostgres(name, process, { ...options, connection }) as unknown as RecordingWorker,
    }
  }
  const retryStrategy = (times: number) => Math.min(times * PAUSE_STEP_MS, MAX_PAUSE_MS)
  const connection = { url, connectTimeout: CONNECT_MS, retryStrategy }
  const patient = { ...connection, maxRetriesPerRequest: null }
  const { Queue: OfRedis, Worker: FromRedis } = library.withBackend(library.createRedisBackend)
  return {
    queue: (name) => new OfRedis(name, { connection }) as unknown as RecordingQueue,
    worker: (name, process, options) =>
      new FromRedis(name, process, { ...options, connection: patient }) as unknown as RecordingWorker,
  }
}
