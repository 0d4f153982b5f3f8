import { messageOf } from '../../../core/errors.js'
import type { SessionOptions } from '../session/window-decoder.js'
import type { Share } from './client-use.js'
import type { LoadedFacts } from './messages.js'
import { leastBusy, type PlacedSession, type SessionPlace } from './placement.js'
import { nowSec, PooledSession, type WorkingCopy } from './pooled-session.js'
import { UpdateGate } from './update-gate.js'
import { WhisperWorker, type WorkerOptions } from './worker-client.js'

/** What a pool loads. */
export interface PoolOptions extends WorkerOptions {
  /** Copies of the model, at least one. */
  readonly workers: number
}

/** Computing takes about as much memory again as loading. */
const MEMORY_FACTOR = 2

/** A copy of the model, loaded or not, and who is on it. */
class ModelCopy implements SessionPlace, WorkingCopy {
  readonly sessions = new Set<PlacedSession>()
  readonly gate = new UpdateGate(nowSec)
  /** Null: nobody has needed it yet. */
  loading: Promise<unknown> | null = null
  worker: WhisperWorker | null = null
  isFailed = false

  get isStarted(): boolean {
    return this.loading !== null
  }
}

/**
 * Copies of a model that compute at the same time, each in a thread of its own. The first is loaded at once, each further one
 * when a session comes while all others have some that compute; until it is there the session is with another. Then a session
 * stays: what was computed for it lies there. A thread that ends takes only the calls of its own sessions along.
 */
export class WorkerPool {
  readonly #options: PoolOptions
  readonly #copies: readonly ModelCopy[]
  readonly #copyBytes: number
  #isClosed = false
  /** Of what was loaded. */
  readonly facts: LoadedFacts

  private constructor(options: PoolOptions, first: WhisperWorker, copyBytes: number) {
    this.#options = options
    this.#copyBytes = copyBytes
    this.#copies = Array.from({ length: options.workers }, () => new ModelCopy())
    Object.assign(this.#copies[0]!, { loading: Promise.resolve(), worker: first })
    this.facts = first.facts
  }

  /**
   * Loads the first copy.
   * @throws ModelError when the model cannot be loaded
   */
  static async load(options: PoolOptions): Promise<WorkerPool> {
    const before = process.memoryUsage.rss()
    const first = await WhisperWorker.load(options)
    return new WorkerPool(options, first, process.memoryUsage.rss() - before)
  }

  /**
   * Opens a session on the copy with the least to do.
   * @param isGuest whether it is one of many: only those have further copies loaded, and are counted
   */
  async open(options: SessionOptions, share: Share, isGuest: boolean): Promise<PooledSession> {
    const { client, isPatient } = share
    const home = isGuest ? this.#leastBusy(client, this.#isClosed) : this.#copies[0]!
    const placed: PlacedSession = { client, isPatient, calls: 0, lastSec: nowSec() }
    if (isGuest) home.sessions.add(placed)
    home.loading ??= this.#load(home)
    const first = home.worker ? home : this.#leastBusy(client, true)
    try {
      const open = (copy: WorkingCopy) => copy.worker!.open(options, share)
      return new PooledSession({ placed, share, home, open }, { copy: first, number: await open(first) })
    } catch (error) {
      home.sessions.delete(placed)
      throw error
    }
  }

  /** Releases the models and ends the threads. */
  async close(): Promise<void> {
    this.#isClosed = true
    await Promise.all(this.#copies.map(({ loading }) => loading))
    await Promise.all(this.#copies.map(({ worker }) => worker?.close()))
  }

  /** @param isLoaded whether it has to be there already */
  #leastBusy(client: string, isLoaded: boolean): ModelCopy {
    const usable = this.#copies.filter(({ worker, isFailed }) =>
      worker === null ? !isLoaded && !isFailed : !worker.isLost,
    )
    // Where all are lost, the first one says why.
    return leastBusy(usable, client, nowSec()) ?? this.#copies[0]!
  }

  async #load(copy: ModelCopy): Promise<void> {
    const { log } = this.#options
    try {
      this.#checkMemory()
      copy.worker = await WhisperWorker.load(this.#options)
      log?.info('a further copy of the model is loaded, for more sessions at once')
    } catch (error) {
      copy.isFailed = true
      log?.warn(`a further copy of the model was not loaded, sessions share those there are: ${messageOf(error)}`)
    }
  }

  /** A container that takes more memory than it may have is killed. */
  #checkMemory(): void {
    const [neededBytes, thereBytes] = [MEMORY_FACTOR * this.#copyBytes, process.availableMemory()]
    if (thereBytes >= neededBytes) return
    const [needed, there] = [Math.ceil(neededBytes / 1e6), Math.floor(thereBytes / 1e6)]
    throw new Error(`it needs ${needed} MB of memory, and ${there} MB are there`)
  }
}
