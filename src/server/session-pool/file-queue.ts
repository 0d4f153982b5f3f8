import { Refusal } from './refusal.js'

/** Recordings that are recognized at once: each holds its samples in memory. */
const MAX_RUNNING = 4
/** A queue of recordings is shorter after so many seconds. */
const RETRY_SEC = 10

/** Recordings wait for each other, and not too many of them. */
export class FileQueue {
  readonly #maxWaiting: number
  readonly #waiting: (() => void)[] = []
  #running = 0

  /** @param maxWaiting who comes when so many wait is refused */
  constructor(maxWaiting: number) {
    this.#maxWaiting = maxWaiting
  }

  /** Recordings that are being recognized. */
  get running(): number {
    return this.#running
  }

  /** Recordings that wait. */
  get waiting(): number {
    return this.#waiting.length
  }

  /**
   * Resolves when it is this recording's turn, with what gives the turn back.
   * @throws Refusal when too many wait; the signal's reason when it is aborted
   */
  async enter(signal: AbortSignal): Promise<() => void> {
    signal.throwIfAborted()
    if (this.#running < MAX_RUNNING) this.#running++
    else if (this.#waiting.length >= this.#maxWaiting) {
      throw new Refusal('full', `${this.#waiting.length} recordings wait already`, RETRY_SEC)
    } else await this.#turn(signal)
    let isHeld = true
    return () => {
      if (!isHeld) return
      isHeld = false
      const next = this.#waiting.shift()
      if (next) next()
      else this.#running--
    }
  }

  /** Whoever goes hands the turn on, so that the number of those who run stays. */
  #turn(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const leave = () => {
        this.#waiting.splice(this.#waiting.indexOf(begin), 1)
        reject(signal.reason)
      }
      const begin = () => {
        signal.removeEventListener('abort', leave)
        resolve()
      }
      this.#waiting.push(begin)
      signal.addEventListener('abort', leave, { once: true })
    })
  }
}
