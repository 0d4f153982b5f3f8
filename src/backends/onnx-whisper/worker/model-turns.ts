import { ClientUse, type Queued, type Share } from './client-use.js'

/** A turn at the model. */
export interface Turn {
  /** Lets those go first who have had less, and comes back when it is this one's turn again. */
  pause(): Promise<void>
  /** Gives the turn to the next one. */
  end(): void
}

interface Waiter extends Queued {
  readonly isGivenUp: () => boolean
  go: () => void
}

/**
 * One computes at a time, in steps. Who has used less lately goes first, also in the middle of what
 * another one does; among equals who has waited longest, to the end. So a client that asks for much waits, and no other does.
 */
export class ModelTurns {
  readonly #nowSec: () => number
  readonly #use: ClientUse
  readonly #waiting: Waiter[] = []
  #running: Waiter | null = null
  #sinceSec = 0
  #next = 0

  /** @param nowSec seconds of a clock that never goes back */
  constructor(nowSec: () => number) {
    this.#nowSec = nowSec
    this.#use = new ClientUse(nowSec)
  }

  /**
   * Resolves when it is this one's turn.
   * @param isGivenUp whether nobody wants it any more: it is let go at once then
   */
  async enter(share: Share, isGivenUp: () => boolean): Promise<Turn> {
    const waiter: Waiter = { share, isGivenUp, number: this.#next++, go: () => {} }
    if (this.#running) await this.#wait(waiter)
    else this.#start(waiter)
    return { pause: () => this.#pause(waiter), end: () => this.#end() }
  }

  async #pause(waiter: Waiter): Promise<void> {
    this.#account()
    const first = this.#first()
    if (!first) return
    if (!this.#use.owes(waiter.share, first.share) && !first.isGivenUp()) return
    const waits = this.#wait(waiter)
    this.#hand(first)
    await waits
  }

  #end(): void {
    this.#account()
    this.#running = null
    const first = this.#first()
    if (first) this.#hand(first)
  }

  #wait(waiter: Waiter): Promise<void> {
    return new Promise((resolve) => {
      waiter.go = resolve
      this.#waiting.push(waiter)
    })
  }

  #hand(waiter: Waiter): void {
    this.#waiting.splice(this.#waiting.indexOf(waiter), 1)
    this.#start(waiter)
    waiter.go()
  }

  #start(waiter: Waiter): void {
    this.#running = waiter
    this.#sinceSec = this.#nowSec()
  }

  /** Who goes next of those who wait. */
  #first(): Waiter | undefined {
    return this.#waiting.find(({ isGivenUp }) => isGivenUp()) ?? this.#use.first(this.#waiting)
  }

  #account(): void {
    if (!this.#running) return
    const atSec = this.#nowSec()
    this.#use.add(this.#running.share, atSec - this.#sinceSec)
    this.#sinceSec = atSec
  }
}
