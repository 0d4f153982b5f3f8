import type { CapacityPlan, Demand } from './plan.js'
import { type ServerMemory, serverMemoryMb } from './server-memory.js'
import { parallelism, type UpdateTrace, undisturbedShare, WAITS_BELOW } from './update-costs.js'

/** What a report is made of besides the plan. */
export interface MeasuredMachine {
  readonly processor: string
  readonly cores: number
  /** What was measured: model, backend, policy. */
  readonly what: string
  readonly traces: readonly UpdateTrace[]
  readonly memory: ServerMemory
}

/** Lags in seconds. */
export interface ReportedLag {
  readonly mean: number
  readonly p95: number
}

/** What is said of a plan, as numbers. Times are seconds, memory megabytes. */
export interface CapacityReport {
  readonly update: {
    readonly stepSec: number
    /** Processor time by audio that is heard: up to so many seconds. */
    readonly cpuByBuffer: readonly { readonly upToSec: number; readonly cpuSec: number; readonly updates: number }[]
    readonly wallSec: number
    /** Threads that compute at a time in one worker; 0: the backend waits for something else. */
    readonly threads: number
    /** Whether other programs computed meanwhile, so that the figures are worse than the machine. */
    readonly isDisturbed: boolean
  }
  readonly server: {
    /** Copies of the model that compute at the same time: its `--workers`. */
    readonly workers: number
    readonly sessions: number
    readonly utilization: number
    readonly lag: ReportedLag
    /** Those that all workers need to compute at the same time. */
    readonly cores: number
    readonly memoryMb: number
  }
  readonly fleet: {
    readonly servers: number
    readonly spare: number
    readonly cores: number
    readonly memoryMb: number
    readonly meanSessions: number
    readonly maxSessions: number
    /** Of who came, who were refused at first or again, and who gave up. */
    readonly arrived: number
    readonly refusals: number
    readonly gaveUp: number
    readonly lag: ReportedLag
    readonly textLag: ReportedLag
    readonly watchedServers: number
  }
  readonly restart: { readonly atOnce: number; readonly moved: number; readonly gaveUp: number } | null
}

/** Updates that nothing disturbs have at least one processor, but for what measuring misses. */
const WHOLE = 0.8
const BUFFERS = [5, 10, 15, 20, 30]

/** The figures of a plan. */
export function capacityReport(
  plan: CapacityPlan,
  { traces, memory }: MeasuredMachine,
  demand: Demand,
): CapacityReport {
  const { full, fleet, servers, tally, watched, restarted } = plan
  const [threads, share] = [parallelism(traces), undisturbedShare(traces)]
  const { workers } = full
  const cores = workers * Math.max(1, Math.round(threads))
  const memoryMb = Math.round(serverMemoryMb(memory, workers, full.sessions))
  const [usual] = traces
  const updates = usual?.updates ?? []
  const cpuByBuffer = BUFFERS.map((upToSec, at) => {
    const own = updates.filter(({ bufferSec }) => bufferSec > (BUFFERS[at - 1] ?? 0) && bufferSec <= upToSec)
    return { upToSec, updates: own.length, cpuSec: rounded(meanOf(own.map(({ cpuSec }) => cpuSec))) }
  })
  return {
    update: {
      stepSec: usual?.stepSec ?? 0,
      cpuByBuffer: cpuByBuffer.filter(({ updates }) => updates > 0),
      wallSec: rounded(meanOf(updates.map(({ wallSec }) => wallSec))),
      threads: rounded(threads),
      isDisturbed: share >= WAITS_BELOW && share < WHOLE,
    },
    server: {
      workers,
      sessions: full.sessions,
      utilization: rounded(full.utilization),
      lag: lagOf(full.tally.lag),
      cores,
      memoryMb,
    },
    fleet: {
      servers,
      spare: demand.spare,
      cores: servers * cores,
      memoryMb: servers * memoryMb,
      meanSessions: rounded(fleet.meanActive),
      maxSessions: fleet.maxActive,
      arrived: fleet.arrived,
      refusals: fleet.refusals,
      gaveUp: fleet.gaveUp,
      lag: lagOf(tally.lag),
      textLag: lagOf(tally.textLag),
      watchedServers: watched,
    },
    restart: restarted && {
      atOnce: restarted.atOnce,
      moved: restarted.fleet.moved,
      gaveUp: restarted.fleet.gaveUp,
    },
  }
}

/** The report as lines for people. */
export function capacityText(report: CapacityReport, machine: MeasuredMachine, demand: Demand): string {
  const { update, server, fleet, restart } = report
  const costs = update.cpuByBuffer.map(({ upToSec, cpuSec }) => `${cpuSec.toFixed(3)} s up to ${upToSec} s`).join(', ')
  const threads = update.threads === 0 ? 'it waits for something else' : `${update.threads.toFixed(1)} threads`
  const lines = [
    `This machine: ${counted(machine.cores, 'core')}, ${machine.processor}; ${machine.what}`,
    `An update of ${update.stepSec} s: ${update.wallSec.toFixed(3)} s (${threads}); processor time by audio heard: ${costs}`,
    `A server: ${counted(server.workers, 'worker')}, ${counted(server.sessions, 'session')} (--max-sessions ${server.sessions} --workers ${server.workers}),` +
      ` ${counted(server.cores, 'core')}, ${server.memoryMb} MB;` +
      ` ${percent(server.utilization)} busy, updates end ${shown(server.lag)}`,
    '',
    `For ${demand.sessions} sessions at once of ${round(demand.meanSec / 60)} min each:`,
    `  ${counted(fleet.servers, 'server')}, ${fleet.spare} of them to spare; ${counted(fleet.cores, 'core')}, ${(fleet.memoryMb / 1000).toFixed(1)} GB of memory`,
    `  ${Math.round(fleet.meanSessions)} sessions on average, at most ${fleet.maxSessions}; ${percent(fleet.refusals / Math.max(1, fleet.arrived))} refused at first, ${fleet.gaveUp} for good`,
    `  updates end ${shown(fleet.lag)}${fleet.textLag.mean > 0 ? `; final text comes ${shown(fleet.textLag)}` : ''}`,
  ]
  if (server.workers > 1 && update.threads > 0 && server.cores > machine.cores) {
    const here = `${counted(machine.cores, 'core')}, on which they wait for each other: that is not simulated`
    lines.splice(3, 0, `So many workers want ${counted(server.cores, 'core')}. This machine has ${here}.`)
  }
  if (update.isDisturbed) lines.unshift('Other programs computed meanwhile: measure again when the machine is quiet.')
  if (restart !== null) {
    lines.push(
      `  started anew, ${restart.atOnce} at a time: ${restart.moved} sessions connect once more, ${restart.gaveUp} find no place`,
    )
  }
  return `${lines.join('\n')}\n`
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`
}

function lagOf(lag: { readonly mean: number; quantile(share: number): number }): ReportedLag {
  return { mean: rounded(lag.mean), p95: rounded(lag.quantile(0.95)) }
}

function shown({ mean, p95 }: ReportedLag): string {
  return `${mean.toFixed(2)} s late on average, ${p95.toFixed(2)} s at 95 %`
}

function percent(share: number): string {
  return `${round(100 * share)} %`
}

function meanOf(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length
}

function rounded(value: number): number {
  return Math.round(value * 1e4) / 1e4
}

function round(value: number): number {
  return Math.round(value * 10) / 10
}
