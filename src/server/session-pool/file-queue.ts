import { Refusal } from './refusal.js'

/** Recordings that are recognized at once: each holds its samples in memory. */
const MAX_RUNNING = 4
/** Recordings of one client that are recognized at once: somebody else's short one need not wait for the end of long ones. */
const MAX_RUNNING_OF_CLIENT = 3
/** A queue of recordings is shorter after so many seconds. */
const RETRY_SEC = 10

interface WaitingFile {
  readonly client: string
  readonly begin: () => void
}

/**
 * Recordings wait for each other, and not too many of them. Next is one of the client with the fewest that run, of those the
 * one that has waited longest.
 */
export class FileQueue {
  readonly #maxWaiting: number
  readonly #waiting: WaitingFile[] = []
  /** The client of each that runs. */
  readonly #running: string[] = []

  /** @param maxWaiting who comes when so many wait is refused */
  constructor(maxWaiting: number) {
    this.#maxWaiting = maxWaiting
  }

  /** Recordings that are being recognized. */
  get running(): number {
    return this.#running.length
  }

  /** Recordings that wait. */
  get waiting(): number {
    return this.#waiting.length
  }

  /**
   * Resolves when it is this recording's turn, with what gives the turn back.
   * @param client whose recording it is
   * @throws Refusal when too many wait; the signal's reason when it is aborted
   */
  async enter(client: string, signal: AbortSignal): Promise<() => void> {
    signal.throwIfAborted()
    if (this.#mayRun(client)) this.#running.push(client)
    else if (this.#waiting.length >= this.#maxWaiting) {
      throw new Refusal('full', `${this.#waiting.length} recordings wait already`, RETRY_SEC)
    } else await this.#turn(client, signal)
    let isHeld = true
    return () => {
      if (!isHeld) return
      isHeld = false
      this.#running.splice(this.#running.indexOf(client), 1)
      this.#startNext()
    }
  }

  #mayRun(client: string): boolean {
    return this.#running.length < MAX_RUNNING && this.#runningOf(client) < MAX_RUNNING_OF_CLIENT
  }

  #runningOf(client: string): number {
    return this.#running.filter((one) => one === client).length
  }

  #startNext(): void {
    const ready = this.#waiting.filter(({ client }) => this.#mayRun(client))
    const least = Math.min(...ready.map(({ client }) => this.#runningOf(client)))
    const next = ready.find(({ client }) => this.#runningOf(client) === least)
    if (!next) return
    this.#waiting.splice(this.#waiting.indexOf(next), 1)
    this.#running.push(next.client)
    next.begin()
  }

  #turn(client: string, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const leave = () => {
        this.#waiting.splice(this.#waiting.indexOf(waiter), 1)
        reject(signal.reason)
      }
      const begin = () => {
        signal.removeEventListener('abort', leave)
        resolve()
      }
      const waiter = { client, begin }
      this.#waiting.push(waiter)
      signal.addEventListener('abort', leave, { once: true })
    })
  }
}
