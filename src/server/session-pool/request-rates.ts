import type { Clock } from '../../core/types.js'
import { partyOf } from './places.js'

const MINUTE_SEC = 60
/** Addresses that are remembered; an address that asked for nothing lately is the first to be forgotten. */
const MAX_PARTIES = 10_000
/** Whoever calls itself this machine counts as one. */
const THIS_MACHINE = 'this machine'

/** What an address has left. */
interface Allowance {
  readonly left: number
  readonly atSec: number
}

/** Bounds what one address may ask for in a minute; whoever was quiet may ask for a minute's worth at once. */
export class RequestRates {
  readonly #perMinute: number
  readonly #clock: Clock
  /** In the order in which they asked last. */
  readonly #parties = new Map<string, Allowance>()

  /** @param perMinute requests of one address, at least 1 */
  constructor(perMinute: number, clock: Clock) {
    this.#perMinute = perMinute
    this.#clock = clock
  }

  /**
   * Takes one request of what an address may ask for. What is refused costs nothing.
   * @returns null when it may; else the whole seconds after which it may again
   */
  take(address: string | undefined): number | null {
    const now = this.#clock.now()
    const party = partyOf(address) ?? THIS_MACHINE
    const known = this.#parties.get(party)
    const perSec = this.#perMinute / MINUTE_SEC
    const left = known ? Math.min(this.#perMinute, known.left + (now - known.atSec) * perSec) : this.#perMinute
    if (left < 1) return Math.ceil((1 - left) / perSec)
    this.#parties.delete(party)
    this.#parties.set(party, { left: left - 1, atSec: now })
    const [oldest] = this.#parties.keys()
    if (this.#parties.size > MAX_PARTIES && oldest !== undefined) this.#parties.delete(oldest)
    return null
  }
}
