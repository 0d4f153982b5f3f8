/** For whom something is computed. */
export interface Share {
  /** Clients have the same time, however many streams each of them has. */
  readonly client: string
  /** Whether nobody waits for each word: streams that are spoken go first. */
  readonly isPatient: boolean
}

/** Somebody who waits. */
export interface Queued {
  readonly share: Share
  /** Number in the order of arrival. */
  readonly number: number
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

/** Seconds that were used, as of a second of the clock. */
interface Use {
  readonly sec: number
  readonly atSec: number
}

/** How much of a computing thread clients have used lately, and so who goes next. */
export class ClientUse {
  readonly #nowSec: () => number
  readonly #used = new Map<string, Use>()

  /** @param nowSec seconds of a clock that never goes back */
  constructor(nowSec: () => number) {
    this.#nowSec = nowSec
  }

  /** Counts seconds that were computed. */
  add(share: Share, sec: number): void {
    const used = this.#usedBy(share) + sec * (share.isPatient ? PATIENT_FACTOR : 1)
    this.#used.set(keyOf(share), { sec: used, atSec: this.#nowSec() })
    if (this.#used.size > KEPT_CLIENTS) this.#forget()
  }

  /** Whether one has used so much more than another that it makes room, also in the middle. */
  owes(one: Share, other: Share): boolean {
    return this.#usedBy(one) > this.#usedBy(other) + EQUAL_SEC
  }

  /** Who goes next: who has used less lately; among equals who has waited longest. */
  first<Waiter extends Queued>(waiting: readonly Waiter[]): Waiter | undefined {
    if (waiting.length < 2) return waiting[0]
    const used = waiting.map(({ share }) => this.#usedBy(share))
    const least = Math.min(...used)
    const equals = waiting.filter((_, at) => (used[at] ?? 0) <= least + EQUAL_SEC)
    return equals.reduce((first, one) => (one.number < first.number ? one : first))
  }

  #usedBy(share: Share): number {
    const used = this.#used.get(keyOf(share))
    return used ? this.#remembered(used) : 0
  }

  #remembered({ sec, atSec }: Use): number {
    return sec * Math.exp((atSec - this.#nowSec()) / MEMORY_SEC)
  }

  #forget(): void {
    for (const [key, used] of this.#used) if (this.#remembered(used) < NEGLIGIBLE_SEC) this.#used.delete(key)
  }
}

function keyOf({ client, isPatient }: Share): string {
  return isPatient ? `${client}, patient` : client
}
