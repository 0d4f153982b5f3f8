import { InvalidArgumentError } from 'commander'
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

/** Reads a number that is not less. */
export function numberFrom(least: number): (text: string) => number {
  return (text) => {
    const value = Number(text)
    if (text.trim() === '' || !(value >= least && value < 1e9)) {
      throw new InvalidArgumentError(`It has to be a number from ${least}.`)
    }
    return value
  }
}

/** Reads numbers with commas between. */
export function list(text: string): readonly number[] {
  return text.split(',').map(numberFrom(0))
}
