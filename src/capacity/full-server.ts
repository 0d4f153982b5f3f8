import { randomNumbers } from '../evaluation/statistics/random.js'
import { type ServingManners, ServingTally, simulateWorkers } from './recognizer.js'
import type { UpdateCosts } from './update-costs.js'

/** How much a server may be asked for. */
export interface ServerBounds {
  /** Share of the time in which its busiest worker computes, if nobody was late. */
  readonly utilization: number
  /** So long after they were due 95 % of the updates may end, in seconds. */
  readonly lagSec: number
}

/** A server that is always full. */
export interface FullServer {
  readonly workers: number
  readonly sessions: number
  /** As `ServerBounds.utilization`; more than 1: it cannot keep up. */
  readonly utilization: number
  readonly tally: ServingTally
}

/** Sessions begin at different times, so each choice of times has its own lags. */
const CHOICES = 5
const MIN_UPDATES = 4000
const MAX_SESSIONS = 10_000
/** Updates until the buffers have their usual length do not count. */
const WARM_SEC = 30
const ROUNDING = 1e-9

/**
 * A server on which always so many sessions are served.
 * @param seed the same gives the same
 */
export function fullServer(sessions: number, costs: UpdateCosts, manners: ServingManners, seed: number): FullServer {
  const random = randomNumbers(seed)
  const untilSec = WARM_SEC + Math.max(60, (MIN_UPDATES * manners.stepSec) / (CHOICES * sessions))
  const tally = new ServingTally()
  const drawn = () => Float64Array.from({ length: sessions }, random)
  for (let choice = 0; choice < CHOICES; choice++) {
    const beginSec = drawn().map((share) => share * manners.stepSec)
    const served = { beginSec, lengthSec: new Float64Array(sessions).fill(untilSec + manners.stepSec), phase: drawn() }
    simulateWorkers(costs, served, manners, { fromSec: WARM_SEC, untilSec }, tally)
  }
  const { workers } = manners
  const utilization = Math.ceil(sessions / workers) * demandOf(costs, manners, random)
  return { workers, sessions, utilization, tally }
}

/** The most sessions with which a server stays within its bounds; null: not even one. */
export function mostSessions(
  costs: UpdateCosts,
  manners: ServingManners,
  bounds: ServerBounds,
  seed: number,
): FullServer | null {
  const fits = (sessions: number) => {
    const full = fullServer(sessions, costs, manners, seed)
    return full.utilization <= bounds.utilization + ROUNDING && full.tally.delay.quantile(0.95) <= bounds.lagSec
      ? full
      : null
  }
  let best = fits(1)
  if (best === null) return null
  let tooMany = 2
  for (;;) {
    const full = tooMany > MAX_SESSIONS ? null : fits(tooMany)
    if (full === null) break
    best = full
    tooMany *= 2
  }
  while (tooMany - best.sessions > 1) {
    const middle = Math.floor((best.sessions + tooMany) / 2)
    const full = fits(middle)
    if (full === null) tooMany = middle
    else best = full
  }
  return best
}

/** Share of a worker's time that one session takes that is never late. */
function demandOf(costs: UpdateCosts, { stepSec }: ServingManners, random: () => number): number {
  const samples = 500
  let sum = 0
  for (let sample = 0; sample < samples; sample++) {
    const endSec = WARM_SEC + (sample + 1) * stepSec
    sum += costs.serviceSec(endSec, stepSec, random())
  }
  return sum / samples / stepSec
}
