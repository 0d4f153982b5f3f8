import type { ServerMemory } from '../capacity/server-memory.js'
import type { UpdateTrace } from '../capacity/update-costs.js'
import { BackendError } from '../core/errors.js'
import { SAMPLE_RATE } from '../core/sample-rate.js'
import type { Transcriber } from '../transcriber/transcriber.js'
import { type MemoryMeasuring, measureMemory } from './measure-memory.js'
import { measureUpdates } from './measure-updates.js'

/** How a machine is measured. */
export interface ProbeOptions extends Pick<MemoryMeasuring, 'loadCopy' | 'signal'> {
  /** Mono, 16 kHz. */
  readonly speech: Float32Array
  /** Audio that the recognizer was given last, in seconds. */
  readonly bufferSec: () => number
  /** Seconds after which no more is measured than the least that is needed. */
  readonly budgetSec: number
  /** Called with what is going on. */
  readonly onStep: (text: string) => void
}

/** What was measured. */
export interface Measured {
  /** By growing step; the first is that of the configuration. */
  readonly traces: readonly UpdateTrace[]
  readonly memory: ServerMemory
}

/** Updates of late sessions are so many times longer. */
const LONGER = [1, 2, 4, 8]
/** A client is at most so far ahead of its recognition. */
export const MAX_UPDATE_SEC = 10
/** What has not run yet is slow the first time. */
const WARM_UP_SEC = 6
/** Until the buffer has its usual length, in steps that are as long as can be. */
const MEMORY_SEC = 16
const MEMORY_STEP_SEC = 8
const MIN_UPDATES = 5

/**
 * Measures what updates of a stream cost on this machine, and how much memory sessions take.
 * @throws BackendError when nothing is recognized in time; the signal's reason when it is aborted
 */
export async function probe(transcriber: Transcriber, options: ProbeOptions): Promise<Measured> {
  const { speech, bufferSec, budgetSec, onStep, loadCopy, signal } = options
  const endMs = performance.now() + 1000 * budgetSec
  const isOver = () => performance.now() > endMs
  const stepSec = transcriber.config.minChunkSize
  const start = (seconds: number) => speech.subarray(0, seconds * SAMPLE_RATE)
  const measuring = { stepSec, bufferSec, signal, onHeard: () => {} }
  onStep('warming up')
  await measureUpdates(transcriber, { ...measuring, samples: start(WARM_UP_SEC), isEnough: isOver })
  const traces: UpdateTrace[] = []
  for (const times of LONGER) {
    const step = stepSec * times
    if (times > 1 && (step > MAX_UPDATE_SEC || isOver())) break
    const lengthSec = speech.length / SAMPLE_RATE
    const onHeard = (sec: number) =>
      onStep(`measuring updates of ${step} s: ${Math.round(sec)} of ${Math.round(lengthSec)} s of speech`)
    let updates = 0
    const isEnough = () => ++updates >= MIN_UPDATES && isOver()
    const trace = await measureUpdates(transcriber, {
      ...measuring,
      samples: speech,
      stepSec: step,
      onHeard,
      isEnough,
    })
    // Only the first may end early: half a recording would say less of all steps.
    if (trace.updates.length > 0 && (times === 1 || !isOver())) traces.push(trace)
  }
  if (!traces[0]?.updates.some((update) => update.bufferSec > 0 || update.wallSec > 0)) {
    throw new BackendError('nothing was recognized, so that nothing can be measured', {
      hint: 'give a recording of speech with --speech',
    })
  }
  onStep('measuring the memory of sessions')
  const memoryStepSec = Math.max(stepSec, MEMORY_STEP_SEC)
  const heard = { samples: start(MEMORY_SEC), stepSec: memoryStepSec, loadCopy, signal }
  const memory = await measureMemory(transcriber, heard)
  return { traces, memory }
}
