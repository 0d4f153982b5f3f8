import { isIP } from 'node:net'

/** Somebody who has a place, or wants one. */
export interface Guest {
  /** As sockets tell it; undefined when the connection has gone already. */
  readonly address: string | undefined
  /** Whether audio has come, and not only long ago. */
  readonly hasSpoken: boolean
  /** Whether the connection broke, and the client may come back; absent: not. */
  readonly isAway?: boolean
  /** Called when the place is given to somebody else. */
  yieldPlace(): void
}

/** How many places there are, and for whom. */
export interface PlaceOptions {
  readonly most: number
  /** Places that one address may have; this machine may have all. */
  readonly maxPerAddress: number
  /** Who has said nothing for so many seconds from the start on may lose the place to somebody else. */
  readonly silentSec: number
}

/** Gives places to clients: bounded in all and by address, and none is held by silence while others wait. */
export class Places {
  readonly #options: PlaceOptions
  readonly #guests = new Map<Guest, { readonly sinceMs: number; readonly party: string | null }>()

  constructor(options: PlaceOptions) {
    this.#options = options
  }

  /** Places that are taken. */
  get taken(): number {
    return this.#guests.size
  }

  /**
   * Why there is no place for an address, a sentence without a stop; null: there is one, or would be one to take from
   * somebody.
   */
  lack(address: string | undefined): string | null {
    const { most, maxPerAddress } = this.#options
    const ofParty = this.#ofParty(address)
    if (ofParty.length >= maxPerAddress && !this.#replaceable(ofParty)) {
      return `all ${maxPerAddress} sessions of one address are taken`
    }
    if (this.taken >= most && !this.#replaceable([...this.#guests.keys()])) return `all ${most} sessions are taken`
    return null
  }

  /**
   * Takes a place.
   * @returns null when there is one; else why not, as `lack`
   */
  take(guest: Guest): string | null {
    const why = this.lack(guest.address)
    if (why !== null) return why
    const { most, maxPerAddress } = this.#options
    const ofParty = this.#ofParty(guest.address)
    if (ofParty.length >= maxPerAddress) this.#free(ofParty)
    if (this.taken >= most) this.#free([...this.#guests.keys()])
    this.#guests.set(guest, { sinceMs: performance.now(), party: partyOf(guest.address) })
    return null
  }

  /** Gives a place back; again: nothing. */
  leave(guest: Guest): void {
    this.#guests.delete(guest)
  }

  #ofParty(address: string | undefined): readonly Guest[] {
    const party = partyOf(address)
    return [...this.#guests].filter(([, one]) => party !== null && one.party === party).map(([one]) => one)
  }

  /** One who is away, or the one who has been silent for longest, from the start on. */
  #replaceable(candidates: readonly Guest[]): Guest | undefined {
    const latest = performance.now() - 1000 * this.#options.silentSec
    // Guests are in the order in which they came.
    return (
      candidates.find((one) => one.isAway) ??
      candidates.find((one) => !one.hasSpoken && this.#guests.get(one)!.sinceMs <= latest)
    )
  }

  #free(candidates: readonly Guest[]): void {
    const replaced = this.#replaceable(candidates)
    if (!replaced) return
    this.#guests.delete(replaced)
    replaced.yieldPlace()
  }
}

/** Whose turn it is when many compute: as `partyOf`, and addresses of this machine are told apart. */
export function clientOf(address: string | undefined): string {
  return partyOf(address) ?? address ?? ''
}

/**
 * Who counts as one: an address of IPv4, the 64 bits of IPv6 that one customer has at least.
 * @returns null for this machine, which is nobody in particular: tunnels and proxies come from there as well
 */
export function partyOf(address: string | undefined): string | null {
  const text = (address ?? '').replace(/^::ffff:(?=\d+\.)/i, '').replace(/%.*$/, '')
  if (isIP(text) === 4) return text.startsWith('127.') ? null : text
  if (isIP(text) === 0 || text === '::1') return null
  const [before = '', behind] = text.split('::')
  const groups = (part: string | undefined) => (part ? part.split(':') : [])
  const head = groups(before)
  const zeros = behind === undefined ? 0 : 8 - head.length - groups(behind).length
  return [...head, ...Array<string>(Math.max(0, zeros)).fill('0'), ...groups(behind)]
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':')
}
