import { Option } from 'commander'
import { numberOf } from '../config/option-table.js'
import { UsageError } from '../core/errors.js'

/** What a number may be. */
export interface Bounds {
  readonly min: number
  /** Absent: a billion. */
  readonly max?: number
  /** Whether it is a whole one; absent: not. */
  readonly isWhole?: boolean
}

const BILLION = 1e9

/**
 * An option whose value is a number.
 * @param standard the value when nothing is given; absent: none
 */
export function numberOption(flag: string, help: string, bounds: Bounds, standard?: number): Option {
  return new Option(flag, help).default(standard).argParser(numberReader(flag.split(' ')[0] ?? flag, bounds))
}

/**
 * Reads the number of an option.
 * @returns throws UsageError for what is none, or out of bounds
 */
export function numberReader(
  option: string,
  { min, max = BILLION, isWhole = false }: Bounds,
): (text: string) => number {
  const kind = isWhole ? 'a whole number' : 'a number'
  const range = max === BILLION ? `from ${min}` : `from ${min} to ${max}`
  return (text) => {
    const value = numberOf(text)
    if (typeof value === 'number' && value >= min && value <= max && !(isWhole && value % 1 !== 0)) return value
    throw new UsageError(`${option} must be ${kind} ${range}, not "${text}"`)
  }
}

/** Reads the numbers of an option, with commas between: none is below 0. */
export function numbersReader(option: string): (text: string) => readonly number[] {
  const read = numberReader(option, { min: 0 })
  return (text) => text.split(',').map(read)
}
