import { randomNumbers } from '../evaluation/statistics/random.js'
import { type Arrivals, arrivalsOf } from './arrivals.js'
import { placesFor } from './erlang.js'
import { type FleetRun, simulateFleet } from './fleet.js'
import { type FullServer, mostSessions, type ServerBounds } from './full-server.js'
import { type ServingManners, ServingTally, simulateWorkers } from './recognizer.js'
import type { UpdateCosts } from './update-costs.js'
import { workersOf } from './worker-seats.js'

/** What is to be served, and how well. */
export interface Demand {
  /** Sessions at once, on average, when there are the most. */
  readonly sessions: number
  /** Average length of a session in seconds. */
  readonly meanSec: number
  /** Sessions in equal parts of a day, relative to each other; absent: always as many. */
  readonly day?: readonly number[] | undefined
  /** Share of clients that may be refused at first. */
  readonly refused: number
  /** Servers besides, for one that fails or is started anew. */
  readonly spare: number
  readonly bounds: ServerBounds
  /** From SIGTERM to the end of a server, and from its start until it takes sessions. */
  readonly drainSec: number
  readonly loadSec: number
  readonly seed: number
}

/** How many servers it takes, and what to expect of them. */
export interface CapacityPlan {
  /** One server that is full: its `--max-sessions`. */
  readonly full: FullServer
  readonly servers: number
  /** All servers on a day or in half an hour as usual. */
  readonly fleet: FleetRun
  /** Recognizers of some of the servers, when there are the most sessions. */
  readonly tally: ServingTally
  /** How many servers that are. */
  readonly watched: number
  /** The same while all servers are started anew; null: there is but one server. */
  readonly restarted: { readonly fleet: FleetRun; readonly atOnce: number } | null
}

const DAY_SEC = 86_400
const MIN_SPAN_SEC = 1800
/** Updates that are simulated one by one; of more servers some are watched. */
const MAX_UPDATES = 2_000_000
/** Servers are watched for so long, when there are the most sessions. */
const WATCHED_SEC = 600
const WARM_SEC = 60
/** As `asr-stream serve` says it in `Retry-After`. */
const RETRY_SEC = 5
const MAX_RETRIES = 5

/**
 * Says how many servers it takes, and simulates them.
 * @returns null when a server does not serve even one session within the bounds
 */
export function planCapacity(demand: Demand, costs: UpdateCosts, manners: ServingManners): CapacityPlan | null {
  const full = mostSessions(costs, manners, demand.bounds, demand.seed)
  if (full === null) return null
  const places = placesFor(demand.sessions, demand.refused)
  const servers = Math.ceil(places / full.sessions) + demand.spare
  const untilSec = demand.day === undefined ? Math.max(MIN_SPAN_SEC, 3 * demand.meanSec) : DAY_SEC
  const arrivals = arrivalsOf({ ...demand, lengths: 'exponential', untilSec })
  const run = (atOnce: number | null) => simulate(arrivals, { demand, full, servers, untilSec }, atOnce)
  const fleet = run(null)
  const busiestSec = busiestPart(demand.day, untilSec)
  const watched = watchServers(fleet, { servers, sessions: full.sessions, fromSec: busiestSec }, costs, manners, demand)
  if (servers < 2) return { full, servers, fleet, ...watched, restarted: null }
  const groupSec = demand.drainSec + demand.loadSec
  const atOnce = Math.max(demand.spare, 1, Math.ceil((servers * groupSec) / (untilSec - WARM_SEC)))
  return { full, servers, fleet, ...watched, restarted: { fleet: run(atOnce), atOnce } }
}

interface Fleetwide {
  readonly demand: Demand
  readonly full: FullServer
  readonly servers: number
  readonly untilSec: number
}

function simulate(arrivals: Arrivals, { demand, full, servers, untilSec }: Fleetwide, atOnce: number | null): FleetRun {
  const { drainSec, loadSec: downSec, seed } = demand
  return simulateFleet(arrivals, {
    servers,
    maxSessions: full.sessions,
    balancing: 'least-busy',
    retrySec: RETRY_SEC,
    maxRetries: MAX_RETRIES,
    untilSec,
    restart: atOnce === null ? undefined : { fromSec: WARM_SEC, atOnce, drainSec, downSec },
    seed,
  })
}

/** The recognizers of servers that lie evenly among all, while there are the most sessions. */
function watchServers(
  { placements }: FleetRun,
  { servers, sessions, fromSec }: { readonly servers: number; readonly sessions: number; readonly fromSec: number },
  costs: UpdateCosts,
  manners: ServingManners,
  { seed }: Demand,
): { readonly tally: ServingTally; readonly watched: number } {
  const untilSec = fromSec + WARM_SEC + WATCHED_SEC
  const each = (sessions * (WARM_SEC + WATCHED_SEC)) / manners.stepSec
  const watched = Math.max(1, Math.min(servers, Math.floor(MAX_UPDATES / each)))
  const isWatched = new Int32Array(servers).fill(-1)
  for (let at = 0; at < watched; at++) isWatched[Math.floor((at * servers) / watched)] = at
  const begin = (row: number) => placements.beginSec[row] as number
  const length = (row: number) => placements.lengthSec[row] as number
  const rows = Array.from({ length: watched }, (): number[] => [])
  for (let row = 0; row < placements.server.length; row++) {
    const at = isWatched[placements.server[row] as number] as number
    if (at >= 0 && begin(row) < untilSec) rows[at]?.push(row)
  }
  const random = randomNumbers(seed + 3)
  const tally = new ServingTally()
  for (const all of rows) {
    // Also who has gone by now has decided which worker the others are on.
    const workerOfAll = workersOf({ beginSec: all.map(begin), lengthSec: all.map(length) }, manners.workers)
    const places = all.flatMap((row, place) => (begin(row) + length(row) > fromSec ? [place] : []))
    const own = places.map((place) => all[place] as number)
    const worker = places.map((place) => workerOfAll[place] as number)
    // Who has come before is in the middle: it begins within a step, with an empty buffer, before lags are counted.
    const beginSec = Float64Array.from(own, (row) => Math.max(begin(row), fromSec + random() * manners.stepSec))
    const lengthSec = Float64Array.from(own, (row, at) =>
      Math.max(0, begin(row) + length(row) - (beginSec[at] as number)),
    )
    const phase = Float64Array.from(own, random)
    const served = { beginSec, lengthSec, phase, worker }
    simulateWorkers(costs, served, manners, { fromSec: fromSec + WARM_SEC, untilSec }, tally)
  }
  return { tally, watched }
}

/** Where the part of the day begins in which there are the most sessions; the last quarter where there always are as many. */
function busiestPart(day: readonly number[] | undefined, untilSec: number): number {
  if (day === undefined) return Math.max(0, untilSec - WARM_SEC - WATCHED_SEC)
  const at = day.indexOf(Math.max(...day))
  const partSec = untilSec / day.length
  return Math.max(0, (at + 1) * partSec - Math.min(partSec, WARM_SEC + WATCHED_SEC))
}
