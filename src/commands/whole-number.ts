import { UsageError } from '../core/errors.js'

/**
 * Reads the value of an option.
 * @throws UsageError when it is no whole number, or out of range
 */
export function wholeNumber(option: string, least: number, most = Number.MAX_SAFE_INTEGER) {
  return (text: string): number => {
    const number = Number(text)
    if (/^\d+$/.test(text) && number >= least && number <= most) return number
    const range = most === Number.MAX_SAFE_INTEGER ? `from ${least} on` : `from ${least} to ${most}`
    throw new UsageError(`${option} must be a whole number ${range}, not "${text}"`)
  }
}
