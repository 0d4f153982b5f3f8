import type { ASRConfig } from '../config/config.js'
import type { EffortEvent } from '../core/events.js'
import type { ASRProcessor, Effort, Log, Pacer } from '../core/types.js'
import { type EffortChange, effortsBelow, LagController, type UpdateReport } from '../online/lag-controller.js'

/** Keeps the lag of one stream below a bound. */
export interface BoundedLag {
  /** To be called after each update that succeeded. Gives what is told of a change; null: nothing changed. */
  updated(report: Omit<UpdateReport, 'isAlone'>): EffortEvent | null
}

/** The stream whose lag is bounded. */
export interface BoundedStream {
  /** Whose step changes. */
  readonly pacer: Pacer
  /** Whose window and step change. */
  readonly processor: ASRProcessor
  /** Is told of changes. */
  readonly log: Log
  /** Whether no other stream shares the model now. Absent: none does. */
  readonly isAlone?: () => boolean
}

/** A bound for the lag of a stream, as `maxLag` says; null: there is none. With `compat` all stays as it is. */
export function boundedLag(
  config: ASRConfig,
  { pacer, processor, log, isAlone = () => true }: BoundedStream,
): BoundedLag | null {
  const { maxLag, compat, offline, vac } = config
  if (maxLag === null || compat !== null || offline) return null
  const controller = new LagController(maxLag, effortsBelow(fullEffort(config)))
  return {
    updated(report) {
      const change = controller.updated({ ...report, isAlone: isAlone() })
      const { effort, lagSec, isFull } = controller
      log.debug(`an update took ${report.computingSec.toFixed(2)} s, the lag is ${lagSec.toFixed(2)} s`)
      if (change === null) return null
      if (change === 'least') log.warn(`${lagLine(lagSec, maxLag)}, and less cannot be computed; ${WHAT_HELPS}`)
      else {
        // With voice activity control the pacer looks for ends of utterances, and the processor counts the step.
        if (!vac) pacer.setStep?.(effort.stepSec)
        processor.setEffort?.(effort)
        log.info(`${reasonOf(change, lagSec, maxLag)}: ${effortLine(effort)}${isFull ? ', as configured' : ''}`)
      }
      return { type: 'effort', change, ...effort, isFull, lagSec }
    },
  }
}

const WHAT_HELPS =
  'nothing is lost, but text comes later than that; a smaller model, more --threads or fewer other programs help'

/** What is computed when nothing is late. */
function fullEffort({ policy, minChunkSize, audioMaxLen, bufferTrimmingSec, beamSize }: ASRConfig): Effort {
  const windowSec = policy === 'alignatt' ? audioMaxLen : bufferTrimmingSec
  return { stepSec: minChunkSize, windowSec, ...(beamSize !== null && beamSize > 1 && { beamSize }) }
}

function reasonOf(change: Exclude<EffortChange, null>, lagSec: number, maxLagSec: number): string {
  return change === 'more' ? 'recognition has time to spare' : lagLine(lagSec, maxLagSec)
}

function lagLine(lagSec: number, maxLagSec: number): string {
  return `recognition is ${lagSec.toFixed(1)} s late, more than ${maxLagSec} s`
}

function effortLine({ stepSec, windowSec, beamSize }: Effort): string {
  const beams = beamSize === undefined ? '' : `, beam size ${beamSize}`
  return `updates now come after ${stepSec} s and have about ${windowSec} s of audio${beams}`
}
