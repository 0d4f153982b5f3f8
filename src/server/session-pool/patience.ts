import { BackendError } from '../../core/errors.js'
import type { Clock } from '../../core/types.js'

/** What is told to stop has this long to do so. */
const HEED_SEC = 1
/** How often somebody who waits looks at the clock, in seconds, at most. */
const LOOK_SEC = 1
const LOOKS_A_LIMIT = 8

/** Waits for what a backend does for one client. */
export interface PatientClient {
  /** Aborted when the backend has not done something for too long; the reason is a BackendError. */
  readonly lost: AbortSignal
  /**
   * Waits for what the backend does, while it may still do it.
   * @param what what it has not done, after "the backend has not": "recognized"
   * @throws BackendError when that takes too long; the signal's reason when it is aborted and not heeded; as `work`
   */
  wait<Value>(work: Promise<Value>, what: string): Promise<Value>
}

interface Wait {
  sinceSec: number
}

/**
 * How long the clients of a server wait for their backend. A promise of it that never settles would hold a place for ever,
 * for a server waits for its clients as well: nothing ends the process. Clients that share a model wait in turns, so the
 * time of each counts from when nobody waits any more who has come before.
 */
export class Patience {
  readonly #limitSec: number
  readonly #clock: Clock
  readonly #waits = new Set<Wait>()

  /** @param limitSec seconds that the backend may take for one thing, above 0 */
  constructor(limitSec: number, clock: Clock) {
    this.#limitSec = limitSec
    this.#clock = clock
  }

  /** @param signal aborted when the client has gone or the server stops: then nothing is waited for any more */
  of(signal: AbortSignal): PatientClient {
    const lost = new AbortController()
    const expire = async (what: string, waiting: AbortSignal, settled: AbortSignal): Promise<never> => {
      if (await this.#isTooLong(waiting)) {
        lost.abort(new BackendError(`the backend has not ${what} in ${this.#limitSec} s`, { hint: HINT }))
        throw lost.signal.reason
      }
      await this.#clock.sleep(HEED_SEC, settled)
      throw lost.signal.aborted ? lost.signal.reason : signal.reason
    }
    return {
      lost: lost.signal,
      async wait(work, what) {
        const waiting = new AbortController()
        const settled = new AbortController()
        const stop = () => waiting.abort()
        signal.addEventListener('abort', stop)
        if (signal.aborted || lost.signal.aborted) stop()
        try {
          return await Promise.race([work, expire(what, waiting.signal, settled.signal)])
        } finally {
          signal.removeEventListener('abort', stop)
          settled.abort()
          stop()
        }
      },
    }
  }

  /** Resolves when the limit has passed: true; or when the signal is aborted: false. */
  async #isTooLong(signal: AbortSignal): Promise<boolean> {
    const wait: Wait = { sinceSec: this.#clock.now() }
    this.#waits.add(wait)
    try {
      while (!signal.aborted) {
        const [first] = this.#waits
        if (first === wait && this.#clock.now() - wait.sinceSec >= this.#limitSec) return true
        const lookSec = Math.min(LOOK_SEC, this.#limitSec / LOOKS_A_LIMIT)
        await this.#clock.sleep(lookSec, signal).catch(() => undefined)
      }
      return false
    } finally {
      this.#waits.delete(wait)
      const [next] = this.#waits
      if (next) next.sinceSec = Math.max(next.sinceSec, this.#clock.now())
    }
  }
}

const HINT = '--update-timeout gives it more time'
