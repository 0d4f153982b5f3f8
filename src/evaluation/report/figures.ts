import type { PairedTest } from '../statistics/bootstrap.js'

/** Numbers as reports show them; a dash where there is none. */
const NONE = '-'

/** 0.123 as "12.3". */
export function percent(rate: number | null | undefined, digits = 1): string {
  return rate === null || rate === undefined || !Number.isFinite(rate) ? NONE : (100 * rate).toFixed(digits)
}

/** Seconds with two digits. */
export function seconds(value: number | null | undefined, digits = 2): string {
  return value === null || value === undefined || !Number.isFinite(value) ? NONE : value.toFixed(digits)
}

/** "2:03.4" for 123.4 seconds. */
export function minutesTime(value: number | null): string {
  if (value === null) return NONE
  const minutes = Math.floor(value / 60)
  return `${minutes}:${(value - 60 * minutes).toFixed(1).padStart(4, '0')}`
}

/** "5.1 to 7.9". */
export function percentRange(range: readonly [number, number] | null): string {
  return range === null ? NONE : `${percent(range[0])} to ${percent(range[1])}`
}

/** What a paired test says, in words: "noise, p 0.310". */
export function verdictText(test: PairedTest | null): string {
  if (test === null) return 'no recording in common'
  if (test.p === null) return test.verdict
  return `${test.verdict}, p ${test.p < 0.001 ? '< 0.001' : test.p.toFixed(3)}`
}
