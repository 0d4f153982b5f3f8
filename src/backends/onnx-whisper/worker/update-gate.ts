import { ClientUse, type Queued, type Share } from './client-use.js'

/** So many are at the thread: one that computes, and one that is ready when it ends. */
const AT_ONCE = 2
/** Who was let in and asks for nothing in this time has nothing to compute. */
const UNUSED_MS = 250

/** Somebody who was let in. */
export interface Admission {
  /** It computes from now on. */
  begin(): void
  /** Lets the next one in; again: nothing. */
  leave(): void
}

interface Waiter extends Queued {
  readonly enter: () => void
}

/**
 * Keeps updates from waiting at a thread with audio that grows old: they are let in when they will soon be computed, and take
 * their audio then. Who has used less lately goes first, and is let in at once where all who are in have used much more; among
 * equals who has waited longest.
 */
export class UpdateGate {
  readonly #nowSec: () => number
  readonly #use: ClientUse
  readonly #inside = new Set<Share>()
  readonly #waiting: Waiter[] = []
  #next = 0
  #leftSec = Number.NEGATIVE_INFINITY

  /** @param nowSec seconds of a clock that never goes back */
  constructor(nowSec: () => number) {
    this.#nowSec = nowSec
    this.#use = new ClientUse(nowSec)
  }

  /** Resolves when somebody is let in, or the signal is aborted. */
  async enter({ client, isPatient }: Share, signal: AbortSignal): Promise<Admission> {
    // An object of its own for each.
    const share = { client, isPatient }
    if (this.#hasRoom(share)) this.#inside.add(share)
    else if (!signal.aborted) await this.#wait(share, signal)
    return this.#admission(share)
  }

  #wait(share: Share, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const goOn = () => {
        signal.removeEventListener('abort', goOn)
        const at = this.#waiting.indexOf(waiter)
        if (at >= 0) this.#waiting.splice(at, 1)
        resolve()
      }
      const waiter: Waiter = { share, number: this.#next++, enter: goOn }
      this.#waiting.push(waiter)
      signal.addEventListener('abort', goOn, { once: true })
    })
  }

  #admission(share: Share): Admission {
    let beganSec: number | null = null
    const leave = () => {
      clearTimeout(unused)
      if (!this.#inside.delete(share)) return
      const now = this.#nowSec()
      if (beganSec !== null) this.#use.add(share, now - Math.max(beganSec, this.#leftSec))
      this.#leftSec = now
      this.#letIn()
    }
    const unused = setTimeout(leave, UNUSED_MS).unref()
    const begin = () => {
      clearTimeout(unused)
      beganSec ??= this.#nowSec()
    }
    return { begin, leave }
  }

  #letIn(): void {
    for (;;) {
      const first = this.#use.first(this.#waiting)
      if (!first || !this.#hasRoom(first.share)) return
      this.#inside.add(first.share)
      first.enter()
    }
  }

  #hasRoom(share: Share): boolean {
    return this.#inside.size < AT_ONCE || [...this.#inside].every((one) => this.#use.owes(one, share))
  }
}
