import type { WhisperPrefixResult, WhisperResult } from '../session/result.js'
import type { Share } from './client-use.js'
import type { WindowListener } from './model-thread.js'
import type { PlacedSession } from './placement.js'
import type { Admission, UpdateGate } from './update-gate.js'
import type { Call, WhisperWorker } from './worker-client.js'

/** A copy of a model that a session is on. */
export interface WorkingCopy {
  readonly sessions: Set<PlacedSession>
  readonly gate: UpdateGate
  /** Null: it is not loaded yet. */
  readonly worker: WhisperWorker | null
  /** Whether it could not be loaded. */
  readonly isFailed: boolean
}

/** What a session is opened with. */
export interface PooledSessionOptions {
  /** How it is counted where it belongs. */
  readonly placed: PlacedSession
  readonly share: Share
  /** Where it belongs, loaded or not. */
  readonly home: WorkingCopy
  /** Opens it on a copy that is loaded; gives its number there. */
  readonly open: (copy: WorkingCopy) => Promise<number>
}

/** Where a session is now. */
interface Seat {
  readonly copy: WorkingCopy
  readonly number: number
}

/** A session on one of the copies of a model; it moves once at most, when the copy is loaded that it belongs to. */
export class PooledSession {
  readonly #options: PooledSessionOptions
  #home: WorkingCopy
  #seat: Seat
  #admission: Admission | null = null

  constructor(options: PooledSessionOptions, seat: Seat) {
    this.#options = options
    this.#home = options.home
    this.#seat = seat
  }

  /** Resolves when a recognition would soon be computed, or the signal is aborted. */
  async turn(signal: AbortSignal): Promise<void> {
    this.#admission?.leave()
    this.#admission = null
    await this.#settle()
    this.#admission = await this.#seat.copy.gate.enter(this.#options.share, signal)
  }

  /** As `WhisperWorker.transcribe`. */
  transcribe(
    call: Call<'transcribe'>,
    signal: AbortSignal | undefined,
    onWindow: WindowListener,
  ): Promise<WhisperResult> {
    return this.#computed((worker, number) => worker.transcribe(number, call, signal, onWindow))
  }

  /** As `WhisperWorker.transcribeFrom`. */
  transcribeFrom(call: Call<'continue'>, signal: AbortSignal | undefined): Promise<WhisperPrefixResult> {
    return this.#computed((worker, number) => worker.transcribeFrom(number, call, signal))
  }

  /** Ends it. */
  async close(): Promise<void> {
    this.#admission?.leave()
    this.#home.sessions.delete(this.#options.placed)
    const { copy, number } = this.#seat
    await copy.worker?.closeSession(number)
  }

  async #computed<Result>(recognize: (worker: WhisperWorker, number: number) => Promise<Result>): Promise<Result> {
    const { placed } = this.#options
    const admission = this.#admission
    // Who was let in computes there.
    if (admission === null && placed.calls === 0 && this.#seat.copy !== this.#home) await this.#settle()
    const { copy, number } = this.#seat
    placed.calls++
    admission?.begin()
    try {
      return await recognize(copy.worker!, number)
    } finally {
      placed.calls--
      placed.lastSec = nowSec()
      admission?.leave()
      if (this.#admission === admission) this.#admission = null
    }
  }

  /** Goes to the copy where it belongs, once that is loaded; where it cannot be loaded, the session belongs where it is. */
  async #settle(): Promise<void> {
    const { placed, open } = this.#options
    const [before, home] = [this.#seat, this.#home]
    if (before.copy === home) return
    if (home.isFailed) {
      this.#home = before.copy
      if (home.sessions.delete(placed)) before.copy.sessions.add(placed)
    } else if (home.worker) {
      // A thread that ends meanwhile is found by the next call.
      const number = await open(home).catch(() => null)
      if (number === null) return
      this.#seat = { copy: home, number }
      await before.copy.worker?.closeSession(before.number).catch(() => undefined)
    }
  }
}

/** Seconds of a clock that never goes back. */
export function nowSec(): number {
  return performance.now() / 1000
}
