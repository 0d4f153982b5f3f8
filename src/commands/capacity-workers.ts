import { type Computing, sharedCores } from '../backends/onnx-whisper/worker/cores.js'
import { type ASRConfig, parseConfig } from '../config/config.js'
import { Given } from '../config/doors/given.js'
import { UsageError } from '../core/errors.js'
import type { ProbeFile } from '../probe/probe-file.js'

/** How one of the workers of a server is measured. */
export interface MeasuredWorker {
  /** Of the server. */
  readonly config: ASRConfig & Record<string, unknown>
  /** Of the worker: what it has of the cores. */
  readonly own: ASRConfig & Record<string, unknown>
  /** Whether the server has several. */
  readonly hasCopies: boolean
}

/** @param hasOne whether the backend has but one whatever is asked for */
export function measuredWorker(config: MeasuredWorker['config'], hasOne: boolean): MeasuredWorker {
  const one = { ...config, workers: 1 }
  if (hasOne) return { config: one, own: one, hasCopies: false }
  const { workers, threads } = sharedCores(config)
  return { config, own: { ...one, threads }, hasCopies: workers > 1 }
}

/**
 * Workers of the servers that are simulated from a probe.
 * @param asked `--workers` beside `--probe`; absent: those that it was measured for
 * @param given which door it came through
 * @throws UsageError when it is no such number, or so many workers differ from what was measured
 */
export function workersFor({ options, machine, memory }: ProbeFile, asked?: number, given = new Given()): number {
  const threads = numberOr(options.threads, 0)
  const share = (workers: number): Computing => sharedCores({ workers, threads }, machine.cores)
  // Earlier probes were all made for one.
  const measured = share(numberOr(options.workers, 1))
  if (asked === undefined) return measured.workers
  const wanted = share(parseConfig({ workers: asked }, undefined, given.configName).workers)
  const again = { hint: 'measure again, with --workers' }
  if (wanted.workers > 1 && memory.copyMb === undefined) {
    throw new UsageError('the probe was measured for one worker: it has no memory of a further one', again)
  }
  if (wanted.threads !== measured.threads) {
    const [were, are] = [measured, wanted].map(shown)
    throw new UsageError(
      `the probe was measured for other workers: for ${were}, and --workers ${asked} means ${are}`,
      again,
    )
  }
  return wanted.workers
}

function shown({ workers, threads }: Computing): string {
  return `${workers} with ${threads} thread${threads === 1 ? '' : 's'} each`
}

function numberOr(value: unknown, other: number): number {
  return typeof value === 'number' ? value : other
}
