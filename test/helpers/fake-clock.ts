import type { Clock } from '../../src/types.js'

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
