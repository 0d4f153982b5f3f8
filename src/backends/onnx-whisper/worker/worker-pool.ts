import { setTimeout as sleep } from 'node:timers/promises'
import { messageOf } from '../../../core/errors.js'
import type { WhisperPrefixResult, WhisperResult } from '../session/result.js'
import type { SessionOptions } from '../session/window-decoder.js'
import type { LoadedFacts } from './messages.js'
import type { WindowListener } from './model-thread.js'
import type { Share } from './model-turns.js'
import { leastBusy, type PlacedSession, type SessionPlace } from './placement.js'
import { type Call, WhisperWorker, type WorkerOptions } from './worker-client.js'

/** A session that is to have a copy of its own waits so long for it to be loaded, and then takes another. */
const PATIENCE_MS = 2000

/** What a pool loads. */
export interface PoolOptions extends WorkerOptions {
  /** Copies of the model, at least one. */
  readonly workers: number
}

/** A copy of the model, loaded or not, and who is on it. */
class ModelCopy implements SessionPlace {
  readonly sessions = new Set<PlacedSession>()
  /** Null: nobody has needed it yet. */
  loading: Promise<WhisperWorker> | null = null
  worker: WhisperWorker | null = null

  get isStarted(): boolean {
    return this.loading !== null
  }
}

/**
 * Copies of a model that compute at the same time, each in a thread of its own. The first is loaded at once, each further one
 * when a session comes while all others have some that compute. A session stays where it was opened: what was computed for it
 * lies there. One thread that ends takes only the calls of its own sessions along.
 */
export class WorkerPool {
  readonly #options: PoolOptions
  #copies: readonly ModelCopy[]
  #isClosed = false
  /** Of what was loaded. */
  readonly facts: LoadedFacts

  private constructor(options: PoolOptions, first: WhisperWorker) {
    this.#options = options
    this.#copies = Array.from({ length: options.workers }, () => new ModelCopy())
    Object.assign(this.#copies[0]!, { loading: Promise.resolve(first), worker: first })
    this.facts = first.facts
  }

  /**
   * Loads the first copy.
   * @throws ModelError when the model cannot be loaded
   */
  static async load(options: PoolOptions): Promise<WorkerPool> {
    return new WorkerPool(options, await WhisperWorker.load(options))
  }

  /**
   * Opens a session on the copy with the least to do.
   * @param isGuest whether it is one of many: only those have further copies loaded
   */
  async open(options: SessionOptions, share: Share, isGuest: boolean): Promise<PooledSession> {
    const placed: PlacedSession = { client: share.client, calls: 0, lastSec: nowSec() }
    let copy = isGuest ? this.#leastBusy(share.client, this.#isClosed) : this.#copies[0]!
    if (isGuest) copy.sessions.add(placed)
    let worker = copy.worker ?? (await this.#loaded(copy))
    if (worker === null) {
      copy.sessions.delete(placed)
      copy = this.#leastBusy(share.client, true)
      copy.sessions.add(placed)
      worker = copy.worker!
    }
    const leave = () => void copy.sessions.delete(placed)
    try {
      return new PooledSession(worker, await worker.open(options, share), placed, leave)
    } catch (error) {
      leave()
      throw error
    }
  }

  /** Releases the models and ends the threads. */
  async close(): Promise<void> {
    this.#isClosed = true
    const ended = ({ loading }: ModelCopy) =>
      loading?.then(
        (worker) => worker.close(),
        () => undefined,
      )
    await Promise.all(this.#copies.map(ended))
  }

  /** @param isLoaded whether it has to be there already */
  #leastBusy(client: string, isLoaded: boolean): ModelCopy {
    const usable = this.#copies.filter(({ worker }) => (worker === null ? !isLoaded : !worker.isLost))
    // Where all are lost, the first one says why.
    return leastBusy(usable, client, nowSec()) ?? this.#copies[0]!
  }

  /** Waits for a copy, not for long; null: it is not there yet, or cannot be. */
  async #loaded(copy: ModelCopy): Promise<WhisperWorker | null> {
    copy.loading ??= this.#load(copy)
    const waiting = new AbortController()
    const late = sleep(PATIENCE_MS, null, { signal: waiting.signal }).catch(() => null)
    try {
      return await Promise.race([copy.loading.catch(() => null), late])
    } finally {
      waiting.abort()
    }
  }

  async #load(copy: ModelCopy): Promise<WhisperWorker> {
    const { log } = this.#options
    try {
      copy.worker = await WhisperWorker.load(this.#options)
      log?.info(`a further copy of the model is loaded, for more sessions at once`)
      return copy.worker
    } catch (error) {
      this.#copies = this.#copies.filter((one) => one !== copy)
      const left = this.#copies.length
      log?.warn(`a further copy of the model was not loaded, ${left} stay: ${messageOf(error)}`)
      throw error
    }
  }
}

/** A session on one of the copies. */
export class PooledSession {
  readonly #worker: WhisperWorker
  readonly #number: number
  readonly #placed: PlacedSession
  readonly #leave: () => void

  constructor(worker: WhisperWorker, number: number, placed: PlacedSession, leave: () => void) {
    this.#worker = worker
    this.#number = number
    this.#placed = placed
    this.#leave = leave
  }

  /** As `WhisperWorker.transcribe`. */
  transcribe(
    call: Call<'transcribe'>,
    signal: AbortSignal | undefined,
    onWindow: WindowListener,
  ): Promise<WhisperResult> {
    return this.#busy(() => this.#worker.transcribe(this.#number, call, signal, onWindow))
  }

  /** As `WhisperWorker.transcribeFrom`. */
  transcribeFrom(call: Call<'continue'>, signal: AbortSignal | undefined): Promise<WhisperPrefixResult> {
    return this.#busy(() => this.#worker.transcribeFrom(this.#number, call, signal))
  }

  /** Ends it. */
  async close(): Promise<void> {
    this.#leave()
    await this.#worker.closeSession(this.#number)
  }

  async #busy<Result>(recognize: () => Promise<Result>): Promise<Result> {
    this.#placed.calls++
    try {
      return await recognize()
    } finally {
      this.#placed.calls--
      this.#placed.lastSec = nowSec()
    }
  }
}

function nowSec(): number {
  return performance.now() / 1000
}
