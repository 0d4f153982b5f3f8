import type { Clock } from '../../src/core/types.js'

/** A clock that moves only when it is told to, or when somebody sleeps. */
export class FakeClock implements Clock {
  #now: number

  constructor(now = 0) {
    this.#now = now
  }

  now(): number {
    return this.#now
  }

  async sleep(seconds: number, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted()
    this.#now += Math.max(0, seconds)
  }

  /** Lets time pass, as computing does. */
  advance(seconds: number): void {
    this.#now += seconds
  }
}

/** A clock that moves only when it is told to; whoever sleeps waits for that. */
export class PatientClock implements Clock {
  #now = 0
  #sleepers: { readonly until: number; readonly wake: () => void }[] = []

  now(): number {
    return this.#now
  }

  sleep(seconds: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const fail = () => reject(signal?.reason)
      const wake = () => {
        signal?.removeEventListener('abort', fail)
        resolve()
      }
      if (signal?.aborted) return fail()
      signal?.addEventListener('abort', fail)
      this.#sleepers.push({ until: this.#now + seconds, wake })
    })
  }

  advance(seconds: number): void {
    this.#now += seconds
    for (const { until, wake } of this.#sleepers) if (until <= this.#now) wake()
    this.#sleepers = this.#sleepers.filter(({ until }) => until > this.#now)
  }
}
