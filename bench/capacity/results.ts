import { readFileSync, writeFileSync } from 'node:fs'
import { loadavg } from 'node:os'
import type { ProbeFile } from '../../src/probe/probe-file.js'
import type { Comparison } from './compare.js'

const FILE = new URL('../results/capacity.json', import.meta.url)

/** One measurement of several servers, and the probe that the simulation was made of. */
export interface StoredCheck {
  readonly date: string
  /** Programs that wanted the processors of this machine at the end, our own among them. */
  readonly load: number
  readonly probe: ProbeFile
  readonly comparisons: readonly Comparison[]
}

/** How large a fleet is for so many sessions. Lags are seconds. */
export interface FleetRow {
  readonly sessions: number
  readonly servers: number
  readonly sessionsPerServer: number
  readonly cores: number
  readonly memoryMb: number
  readonly textLagMean: number
  readonly textLag95: number
  readonly lag95: number
  readonly refusedShare: number
  readonly moved: number
}

/** One server with always so many sessions. Lags are seconds. */
export interface CurvePoint {
  readonly sessions: number
  readonly utilization: number
  readonly textLagMean: number
  readonly textLag95: number
}

/** `bench/results/capacity.json`. */
export interface CapacityResults {
  readonly known?: StoredCheck
  readonly real?: StoredCheck
  readonly fleets?: readonly FleetRow[]
  readonly curve?: readonly CurvePoint[]
}

/** What is stored. */
export function capacityResults(): CapacityResults {
  try {
    return JSON.parse(readFileSync(FILE, 'utf8')) as CapacityResults
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {}
    throw error
  }
}

/** Stores one of the parts. */
export function storePart(part: CapacityResults): void {
  writeFileSync(FILE, `${JSON.stringify({ ...capacityResults(), ...part }, null, 1)}\n`)
}

/** Stores a check. */
export function storeResults(kind: 'known' | 'real', probe: ProbeFile, comparisons: readonly Comparison[]): void {
  const load = Math.round(loadavg()[0] ?? 0)
  storePart({ [kind]: { date: new Date().toISOString().slice(0, 10), load, probe, comparisons } })
}
