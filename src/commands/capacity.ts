import { type CapacityReport, capacityReport, capacityText, type MeasuredMachine } from '../capacity/capacity-report.js'
import { type Demand, planCapacity } from '../capacity/plan.js'
import { tracedCosts } from '../capacity/update-costs.js'
import { SERVER_OPTIONS } from '../config/option-table.js'
import { BackendError, UsageError } from '../core/errors.js'
import { standardOutput } from '../output/writers/line-writer.js'
import { MAX_UPDATE_SEC } from '../probe/probe.js'
import { type ProbeFile, readProbe, writeProbe } from '../probe/probe-file.js'
import { type CapacityFlags, refuseMeasuring } from './capacity-flags.js'
import { probeHere } from './capacity-probe.js'
import { workersFor } from './capacity-workers.js'
import type { CommandRun } from './configure.js'

/** Live audio comes in pieces of about so much, in seconds. */
const PIECE_SEC = 0.1

/** `asr-stream capacity`: measures what updates cost here, and says how many servers so many sessions take. */
export async function capacityCommand(flags: CapacityFlags, run: CommandRun): Promise<void> {
  const { sessions, probe: path, saveProbe, json = false, seed, spare, refused, minutes, day } = flags
  if (sessions === undefined && saveProbe === undefined) {
    throw new UsageError('capacity needs --sessions', { hint: 'say how many live sessions there are at once' })
  }
  if (day !== undefined && !(Math.max(...day) > 0)) {
    throw new UsageError('--day has no sessions in it', { hint: 'give numbers such as 1,1,5,9,4,2' })
  }
  if (path !== undefined) refuseMeasuring(flags, run.given)
  const measured = path === undefined ? await probeHere(flags, run) : await readProbe(path)
  if (saveProbe !== undefined) await writeProbe(saveProbe, measured)
  if (sessions === undefined) return
  const stepSec = measured.traces[0]?.stepSec ?? 1
  const demand: Demand = {
    sessions: Math.round(sessions),
    ...{ day, refused, seed, spare: Math.round(spare), meanSec: 60 * minutes, loadSec: measured.loadSec },
    bounds: { utilization: flags.utilization, lagSec: flags.targetLag ?? stepSec },
    drainSec: flags.drainTimeout ?? SERVER_OPTIONS.drainTimeout.default,
  }
  const workers = workersFor(measured, path === undefined ? undefined : flags.workers, run.given)
  const manners = { workers, stepSec, pieceSec: PIECE_SEC, backlogSec: Math.max(stepSec, MAX_UPDATE_SEC) }
  const plan = planCapacity(demand, tracedCosts(measured.traces, measured.warmSec), manners)
  if (plan === null) throw tooSlow(measured)
  const machine = machineOf(measured)
  const report: CapacityReport = capacityReport(plan, machine, demand)
  const text = json
    ? `${JSON.stringify({ machine: measured.machine, options: measured.options, demand, ...report }, null, 2)}\n`
    : capacityText(report, machine, demand)
  await standardOutput().append(text)
}

function machineOf({ machine, options, traces, memory }: ProbeFile): MeasuredMachine {
  const { backend, model, modelDir, policy } = options
  const what = [modelDir ?? (backend === 'onnx-whisper' ? model : backend), policy].join(', ')
  return { ...machine, what, traces, memory }
}

function tooSlow({ machine }: ProbeFile): BackendError {
  return new BackendError(`this machine (${machine.processor}) does not serve even one session in time`, {
    hint: 'a smaller model, a larger --min-chunk-size or --target-lag, or more --threads may help',
  })
}
