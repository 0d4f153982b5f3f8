/** For whom something is computed. */
export interface Share {
  /** Clients have the same time, however many streams each of them has. */
  readonly client: string
  /** Whether nobody waits for each word: streams that are spoken go first. */
  readonly isPatient: boolean
}

/** What was used so long ago counts for a third, in seconds. */
const MEMORY_SEC = 10
/** Who has used so few seconds more than another is its equal: a turn is not handed over in the middle for less. */
const EQUAL_SEC = 1
/** Patient streams have so much less of the time when there is not enough for all. */
const PATIENT_FACTOR = 4
/** Less is forgotten, when more clients than these are known. */
const NEGLIGIBLE_SEC = 0.01
const KEPT_CLIENTS = 64

/** A turn at the model. */
export interface Turn {
  /** Lets those go first who have had less, and comes back when it is this one's turn again. */
  pause(): Promise<void>
  /** Gives the turn to the next one. */
  end(): void
}

interface Waiter {
  readonly share: Share
  readonly isGivenUp: () => boolean
  /** Number in the order of arrival. */
  readonly number: number
  go: () => void
}

/**
 * One computes at a time, in steps. Who has used less lately goes first, also in the middle of what
 * another one does; among equals who has waited longest, to the end. So a client that asks for much waits, and no other does.
 */
export class ModelTurns {
  readonly #nowSec: () => number
  readonly #used = new Map<string, { sec: number; atSec: number }>()
  readonly #waiting: Waiter[] = []
  #running: Waiter | null = null
  #sinceSec = 0
  #next = 0

  /** @param nowSec seconds of a clock that never goes back */
  constructor(nowSec: () => number) {
    this.#nowSec = nowSec
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
    const isOwed = this.#usedBy(waiter.share) > this.#usedBy(first.share) + EQUAL_SEC
    if (!isOwed && !first.isGivenUp()) return
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
    const gone = this.#waiting.find(({ isGivenUp }) => isGivenUp())
    if (gone || this.#waiting.length < 2) return gone ?? this.#waiting[0]
    const used = this.#waiting.map(({ share }) => this.#usedBy(share))
    const least = Math.min(...used)
    const equals = this.#waiting.filter((_, at) => (used[at] ?? 0) <= least + EQUAL_SEC)
    return equals.reduce((first, one) => (one.number < first.number ? one : first))
  }

  #usedBy(share: Share): number {
    const used = this.#used.get(keyOf(share))
    return used ? used.sec * Math.exp((used.atSec - this.#nowSec()) / MEMORY_SEC) : 0
  }

  #account(): void {
    if (!this.#running) return
    const { share } = this.#running
    const atSec = this.#nowSec()
    const sec = (atSec - this.#sinceSec) * (share.isPatient ? PATIENT_FACTOR : 1)
    this.#used.set(keyOf(share), { sec: this.#usedBy(share) + sec, atSec })
    this.#sinceSec = atSec
    if (this.#used.size > KEPT_CLIENTS) this.#forget()
  }

  #forget(): void {
    for (const [key, { sec, atSec }] of this.#used) {
      if (sec * Math.exp((atSec - this.#nowSec()) / MEMORY_SEC) < NEGLIGIBLE_SEC) this.#used.delete(key)
    }
  }
}

function keyOf({ client, isPatient }: Share): string {
  return isPatient ? `${client}, patient` : client
}
