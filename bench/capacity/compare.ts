import { ServingTally, simulateWorkers } from '../../src/capacity/recognizer.js'
import { serverMemoryMb } from '../../src/capacity/server-memory.js'
import { tracedCosts } from '../../src/capacity/update-costs.js'
import { randomNumbers } from '../../src/evaluation/statistics/random.js'
import { MAX_UPDATE_SEC } from '../../src/probe/probe.js'
import type { ProbeFile } from '../../src/probe/probe-file.js'
import { startServer } from '../serve/server.js'
import { mean, quantile } from '../serve/speaker.js'
import { liveSession, PIECE_SEC } from './live-client.js'

/** One comparison. */
export interface Contest {
  readonly servers: number
  /** On each of them. */
  readonly sessions: number
  /** Of each server. */
  readonly workers: number
  /** So long each of them speaks. */
  readonly seconds: number
}

/** What was measured, or simulated. Lags are seconds. */
export interface Figures {
  readonly lagMean: number
  readonly lag95: number
  readonly textLagMean: number
  readonly textLag95: number
  /** Processor time for a second of one session. */
  readonly cpuSec: number
  readonly memoryMb: number
}

/** Both, of the same sessions. */
export interface Comparison extends Contest {
  readonly measured: Figures
  readonly simulated: Figures
}

/** Sessions begin at any time within so many steps, always the same. */
const SPREAD = 2
const SEED = 18
const HEAD_START_MS = 1500

/**
 * Runs servers with live sessions, and simulates the same sessions.
 * @param options of the servers, for the model
 */
export async function compared(contest: Contest, probe: ProbeFile, options: readonly string[]): Promise<Comparison> {
  const { servers: count, sessions, workers, seconds } = contest
  const servers = await Promise.all(
    Array.from({ length: count }, () =>
      startServer(
        '--max-sessions',
        String(2 * sessions),
        '--max-requests-per-minute',
        '100000',
        '--workers',
        String(workers),
        ...options,
      ),
    ),
  )
  const figure = async (name: string) => {
    const all = await Promise.all(servers.map((server) => server.figure(name)))
    return all.reduce((sum, one) => sum + one, 0)
  }
  const stepSec = probe.traces[0]?.stepSec ?? 1
  const cpuBefore = await figure('process_cpu_seconds_total')
  const begins = beginsOf(contest, stepSec)
  const fromMs = performance.now() + HEAD_START_MS
  const runs = await Promise.all(
    servers.map(({ host }, at) =>
      Promise.all((begins[at] ?? []).map((beginSec) => liveSession(host, fromMs + 1000 * beginSec, seconds))),
    ),
  )
  const cpuSec = ((await figure('process_cpu_seconds_total')) - cpuBefore) / (count * sessions * seconds)
  const memoryMb = (await figure('process_resident_memory_bytes')) / 1e6 / count
  for (const server of servers) server.stop()
  const all = runs.flat()
  const lags = all.flatMap((run) => run.lags)
  const textLags = all.flatMap((run) => run.textLags)
  const measured: Figures = {
    lagMean: mean(lags),
    lag95: quantile(lags, 0.95),
    textLagMean: mean(textLags),
    textLag95: quantile(textLags, 0.95),
    cpuSec,
    memoryMb,
  }
  return { ...contest, measured, simulated: simulated(contest, probe) }
}

/** When the sessions of each server begin, in seconds: always the same. */
function beginsOf({ servers, sessions }: Contest, stepSec: number): readonly (readonly number[])[] {
  const random = randomNumbers(SEED)
  const drawn = () => SPREAD * stepSec * random()
  return Array.from({ length: servers }, () => Array.from({ length: sessions }, drawn))
}

/** What the simulation makes of the sessions that `compared` lets speak. */
export function simulated(contest: Contest, probe: ProbeFile): Figures {
  const { sessions, workers, seconds } = contest
  const { traces, warmSec, memory } = probe
  const costs = tracedCosts(traces, warmSec)
  const stepSec = traces[0]?.stepSec ?? 1
  const manners = { workers, stepSec, pieceSec: PIECE_SEC, backlogSec: Math.max(stepSec, MAX_UPDATE_SEC) }
  const tally = new ServingTally()
  for (const beginSec of beginsOf(contest, stepSec)) {
    const served = { beginSec, lengthSec: beginSec.map(() => seconds), phase: beginSec.map(() => 0) }
    simulateWorkers(costs, served, manners, {}, tally)
  }
  return {
    lagMean: tally.lag.mean,
    lag95: tally.lag.quantile(0.95),
    textLagMean: tally.textLag.mean,
    textLag95: tally.textLag.quantile(0.95),
    cpuSec: tally.cpuSec / tally.audioSec,
    memoryMb: serverMemoryMb(memory, workers, sessions),
  }
}
