import type { Given } from '../config/doors/given.js'
import { UsageError } from '../core/errors.js'
import { refuseRecognition } from './judge-options.js'
import type { CommandFlags } from './transcribe-options.js'

/** Options of `asr-stream capacity` besides those of recognition. */
export interface CapacityFlags extends CommandFlags {
  readonly sessions?: number
  readonly minutes: number
  readonly day?: readonly number[]
  readonly utilization: number
  readonly targetLag?: number
  readonly refused: number
  readonly spare: number
  readonly speech?: string
  readonly probe?: string
  readonly saveProbe?: string
  readonly probeTime: number
  readonly seed: number
  readonly workers?: number
  readonly json?: boolean
}

/** Options of the command that are none of recognition. */
const OWN: readonly string[] = [
  ...['sessions', 'minutes', 'day', 'utilization', 'targetLag', 'refused', 'spare', 'speech', 'probe', 'saveProbe'],
  ...['probeTime', 'seed', 'json', 'drainTimeout'],
]

/** Those that are of recognition. */
export function recognitionOf(flags: CapacityFlags): CommandFlags {
  return Object.fromEntries(Object.entries(flags).filter(([key]) => !OWN.includes(key)))
}

/** What says how this machine is measured, where another measurement is read. @throws UsageError when it is given */
export function refuseMeasuring(flags: CapacityFlags, given: Given | undefined): void {
  const why = '--probe says what was measured'
  if (flags.speech !== undefined) throw new UsageError(`--speech has no effect: ${why}`, { hint: 'leave it out' })
  refuseRecognition(recognitionOf(flags), given, why, ['workers'])
}
