import { randomNumbers } from '../evaluation/statistics/random.js'
import type { Arrivals } from './arrivals.js'
import { EventHeap } from './event-heap.js'
import { LeastBusy } from './least-busy.js'
import { Placements, type PlacementTable } from './placements.js'

/** Servers behind a balancer. Times are seconds. */
export interface FleetOptions {
  readonly servers: number
  /** Live sessions that a server takes. */
  readonly maxSessions: number
  /** To whom the balancer sends: to who has the fewest sessions, or to each in turn, full or not. */
  readonly balancing: 'least-busy' | 'in-turn'
  /** Who is refused tries again so much later, at least. */
  readonly retrySec: number
  /** How often, before it goes. */
  readonly maxRetries: number
  /** The simulation ends. */
  readonly untilSec: number
  /** All servers are started anew, one group after the other. Absent: none is. */
  readonly restart?: RollingRestart | undefined
  readonly seed: number
}

/** How servers are started anew. Times are seconds. */
export interface RollingRestart {
  /** When the first group begins. */
  readonly fromSec: number
  /** Servers that are away at the same time. */
  readonly atOnce: number
  /** So long sessions may go on after the server takes no new ones; who is there then connects anew, elsewhere. */
  readonly drainSec: number
  /** From the end of the drain until it takes sessions again. */
  readonly downSec: number
}

/** What became of everybody. */
export interface FleetRun {
  readonly arrived: number
  /** Said all they wanted. */
  readonly ended: number
  /** Were refused, and tried no more. */
  readonly gaveUp: number
  /** Are served at the end. */
  readonly active: number
  /** Wait at the end until they try again. */
  readonly waiting: number
  /** Answers 503 in all. */
  readonly refusals: number
  /** Sessions that had to connect anew because their server was started anew. */
  readonly moved: number
  /** Sessions at once: on average, and the most. */
  readonly meanActive: number
  readonly maxActive: number
  readonly placements: PlacementTable
}

const KINDS = 4
const [TRY, END, DRAIN, STOP] = [0, 1, 2, 3]
/** What a server does. */
const [SERVES, DRAINS, IS_DOWN] = [0, 1, 2]
/** Clients do not all try again in the same moment. */
const JITTER_SEC = 1

/**
 * Sessions come, get a place or are refused, and end, by the rules of `asr-stream serve`. How busy recognizers are is not
 * asked: a session ends when its audio does.
 */
export function simulateFleet(arrivals: Arrivals, options: FleetOptions): FleetRun {
  return new Fleet(arrivals, options).run()
}

class Fleet {
  readonly #options: FleetOptions
  readonly #heap: EventHeap
  readonly #busy: LeastBusy
  /** The sessions of each server. */
  readonly #guests: readonly Set<number>[]
  readonly #states: Uint8Array
  readonly #lengths: Float64Array
  readonly #retries: Uint16Array
  /** Where a session is served; -1: nowhere. */
  readonly #placeOf: Int32Array
  readonly #placements: Placements
  readonly #jitter: () => number
  #turn = 0
  #active = 0
  #areaSec = 0
  #lastSec = 0
  #maxActive = 0
  #ended = 0
  #gaveUp = 0
  #refusals = 0
  #moved = 0
  #arrived = 0

  constructor({ atSec, lengthSec }: Arrivals, options: FleetOptions) {
    const { servers, seed, restart } = options
    this.#options = options
    this.#heap = new EventHeap(atSec.length + 1)
    this.#busy = new LeastBusy(servers)
    this.#guests = Array.from({ length: servers }, () => new Set<number>())
    this.#states = new Uint8Array(servers)
    this.#lengths = Float64Array.from(lengthSec)
    this.#retries = new Uint16Array(atSec.length)
    this.#placeOf = new Int32Array(atSec.length).fill(-1)
    this.#placements = new Placements(atSec.length)
    this.#jitter = randomNumbers(seed + 2)
    for (let session = 0; session < atSec.length; session++) this.#plan(atSec[session] as number, TRY, session)
    if (restart === undefined) return
    const groupSec = restart.drainSec + restart.downSec
    for (let server = 0; server < servers; server++) {
      this.#plan(restart.fromSec + Math.floor(server / restart.atOnce) * groupSec, DRAIN, server)
    }
  }

  run(): FleetRun {
    const { untilSec } = this.#options
    while (this.#heap.time <= untilSec && this.#heap.size > 0) {
      const { time, value } = this.#heap
      this.#heap.pop()
      this.#pass(time)
      const [kind, subject] = [value % KINDS, Math.floor(value / KINDS)]
      if (kind === TRY) this.#try(time, subject)
      else if (kind === END) this.#end(subject)
      else if (kind === DRAIN) this.#drain(time, subject)
      else this.#stop(time, subject)
    }
    this.#pass(untilSec)
    const [arrived, ended, gaveUp, active] = [this.#arrived, this.#ended, this.#gaveUp, this.#active]
    return {
      arrived,
      ended,
      gaveUp,
      active,
      waiting: arrived - ended - gaveUp - active,
      refusals: this.#refusals,
      moved: this.#moved,
      meanActive: untilSec > 0 ? this.#areaSec / untilSec : 0,
      maxActive: this.#maxActive,
      placements: this.#placements.table(),
    }
  }

  #plan(time: number, kind: number, subject: number): void {
    this.#heap.push(time, subject * KINDS + kind)
  }

  #pass(time: number): void {
    this.#areaSec += this.#active * (time - this.#lastSec)
    this.#lastSec = time
  }

  /** A client comes for the first time, or again. */
  #try(time: number, session: number): void {
    const { retrySec, maxRetries, maxSessions } = this.#options
    const retries = this.#retries[session] as number
    if (retries === 0) this.#arrived++
    const server = this.#chosen()
    if (server !== null && this.#guestsOf(server).size < maxSessions) {
      this.#place(time, session, server)
      return
    }
    this.#refusals++
    if (retries >= maxRetries) {
      this.#gaveUp++
      return
    }
    this.#retries[session] = retries + 1
    this.#plan(time + retrySec + JITTER_SEC * this.#jitter(), TRY, session)
  }

  #chosen(): number | null {
    const { balancing, servers } = this.#options
    if (balancing === 'least-busy') {
      return this.#busy.count === Number.POSITIVE_INFINITY ? null : this.#busy.server
    }
    for (let asked = 0; asked < servers; asked++) {
      const server = this.#turn
      this.#turn = (this.#turn + 1) % servers
      if (this.#states[server] === SERVES) return server
    }
    return null
  }

  #place(time: number, session: number, server: number): void {
    const lengthSec = this.#lengths[session] as number
    this.#placeOf[session] = this.#placements.add(session, server, time, lengthSec)
    this.#active++
    this.#maxActive = Math.max(this.#maxActive, this.#active)
    this.#guestsOf(server).add(session)
    this.#tell(server)
    this.#plan(time + lengthSec, END, this.#placeOf[session] as number)
  }

  #end(placement: number): void {
    const session = this.#placements.sessionOf(placement)
    // It was moved meanwhile.
    if (this.#placeOf[session] !== placement) return
    this.#ended++
    this.#leave(session)
  }

  #leave(session: number): void {
    const server = this.#placements.serverOf(this.#placeOf[session] as number)
    this.#placeOf[session] = -1
    this.#active--
    this.#guestsOf(server).delete(session)
    this.#tell(server)
  }

  #guestsOf(server: number): Set<number> {
    return this.#guests[server] as Set<number>
  }

  /** Tells the balancer how busy a server is. */
  #tell(server: number): void {
    const takesAny = this.#states[server] === SERVES
    this.#busy.set(server, takesAny ? this.#guestsOf(server).size : Number.POSITIVE_INFINITY)
  }

  #drain(time: number, server: number): void {
    this.#states[server] = DRAINS
    this.#tell(server)
    this.#plan(time + (this.#options.restart?.drainSec ?? 0), STOP, server)
  }

  /** The server stops and those who are there connect anew, or it is back. */
  #stop(time: number, server: number): void {
    if (this.#states[server] === IS_DOWN) {
      this.#states[server] = SERVES
      this.#tell(server)
      return
    }
    for (const session of [...this.#guestsOf(server)]) {
      const restSec = this.#placements.cut(this.#placeOf[session] as number, time)
      this.#leave(session)
      this.#moved++
      this.#lengths[session] = restSec
      // It has arrived already.
      this.#retries[session] = Math.max(1, this.#retries[session] as number)
      this.#plan(time + JITTER_SEC * this.#jitter(), TRY, session)
    }
    this.#states[server] = IS_DOWN
    this.#plan(time + (this.#options.restart?.downSec ?? 0), STOP, server)
  }
}
