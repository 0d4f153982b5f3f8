import { capacityReport } from '../../src/capacity/capacity-report.js'
import { fullServer } from '../../src/capacity/full-server.js'
import { type Demand, planCapacity } from '../../src/capacity/plan.js'
import { tracedCosts } from '../../src/capacity/update-costs.js'
import { MAX_UPDATE_SEC } from '../../src/probe/probe.js'
import type { ProbeFile } from '../../src/probe/probe-file.js'
import { PIECE_SEC } from './live-client.js'
import type { CurvePoint, FleetRow } from './results.js'

/** Sessions at once. */
export const FLEETS = [10, 30, 100, 300, 1000, 3000, 10_000, 30_000, 100_000]

/** What is stored was measured and simulated for servers of one worker. */
export const WORKERS = 1

/** What a fleet for so many sessions is, with the defaults of `asr-stream capacity`. */
export function fleetRow(probe: ProbeFile, sessions: number): FleetRow {
  const { traces, warmSec, loadSec, memory, machine } = probe
  const { costs, manners } = modelOf(probe)
  const bounds = { utilization: 0.8, lagSec: manners.stepSec }
  const demand: Demand = { sessions, meanSec: 600, refused: 0.001, spare: 1, bounds, drainSec: 10, loadSec, seed: 1 }
  const plan = planCapacity(demand, costs, manners)
  if (plan === null) throw new Error(`the machine of the probe serves no session in time: ${warmSec}`)
  const { fleet, server, restart } = capacityReport(plan, { ...machine, what: '', traces, memory }, demand)
  return {
    sessions,
    servers: fleet.servers,
    sessionsPerServer: server.sessions,
    cores: fleet.cores,
    memoryMb: fleet.memoryMb,
    textLagMean: fleet.textLag.mean,
    textLag95: fleet.textLag.p95,
    lag95: fleet.lag.p95,
    refusedShare: fleet.refusals / fleet.arrived,
    moved: restart?.moved ?? 0,
  }
}

/** Lags of one server that always has so many sessions. */
export function serverCurve(probe: ProbeFile, counts: readonly number[]): readonly CurvePoint[] {
  const { costs, manners } = modelOf(probe)
  return counts.map((sessions) => {
    const { tally, utilization } = fullServer(sessions, costs, manners, 1)
    const [mean, p95] = [tally.textLag.mean, tally.textLag.quantile(0.95)].map((sec) => Math.round(sec * 1e3) / 1e3)
    return { sessions, utilization: Math.round(utilization * 1e3) / 1e3, textLagMean: mean ?? 0, textLag95: p95 ?? 0 }
  })
}

function modelOf({ traces, warmSec }: ProbeFile) {
  const stepSec = traces[0]?.stepSec ?? 1
  const manners = { workers: WORKERS, stepSec, pieceSec: PIECE_SEC, backlogSec: Math.max(stepSec, MAX_UPDATE_SEC) }
  return { costs: tracedCosts(traces, warmSec), manners }
}
