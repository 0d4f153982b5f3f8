import type { Clock } from '../../core/types.js'

/** While somebody speaks, all uploads together are read at so many bytes a second: that takes a fifth of a core. */
const SHARED_BYTES_PER_SEC = 40_000_000
/** Timers are whole milliseconds. */
const MIN_REST_SEC = 0.001

/** Keeps what is sent from taking the time of those who speak: it is read as fast as can be when nobody does. */
export class UploadRate {
  readonly #isSpoken: () => boolean
  readonly #clock: Clock
  /** When the next bytes may be read, in seconds of the clock. */
  #freeAt = Number.NEGATIVE_INFINITY

  /** @param isSpoken whether somebody speaks */
  constructor(isSpoken: () => boolean, clock: Clock) {
    this.#isSpoken = isSpoken
    this.#clock = clock
  }

  /** Waits after bytes of one of all uploads were read. */
  async rest(bytes: number): Promise<void> {
    if (!this.#isSpoken()) return
    const now = this.#clock.now()
    this.#freeAt = Math.max(now, this.#freeAt) + bytes / SHARED_BYTES_PER_SEC
    if (this.#freeAt - now >= MIN_REST_SEC) await this.#clock.sleep(this.#freeAt - now)
  }
}
