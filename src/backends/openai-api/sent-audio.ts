import type { StageTiming } from '../../core/types.js'

/** Counts the audio that was sent; what a session sends counts for its parent as well. */
export class SentAudio {
  #seconds = 0
  #requests = 0
  #waitedSec = 0

  constructor(readonly parent?: SentAudio) {}

  get seconds(): number {
    return this.#seconds
  }

  /** A request with so much audio went out. */
  add(seconds: number): void {
    this.#seconds += seconds
    this.#requests++
    this.parent?.add(seconds)
  }

  /** So long it took until there was an answer, pauses included. */
  waited(seconds: number): void {
    this.#waitedSec += seconds
    this.parent?.waited(seconds)
  }

  timing(): StageTiming {
    return { stage: `requests, ${this.#shown()} of audio`, seconds: this.#waitedSec, calls: this.#requests }
  }

  /** One sentence for the log. */
  summary(host: string): string {
    const requests = this.#requests === 1 ? '1 request' : `${this.#requests} requests`
    return `${this.#shown()} of audio went to ${host} in ${requests}`
  }

  #shown(): string {
    return `${this.#seconds.toFixed(1)} s`
  }
}
