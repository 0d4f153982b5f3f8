import type { Segment } from '../types.js'

/**
 * The output line of whisper_online.py: `"%1.4f %1.0f %1.0f %s"` of emission, begin and end in milliseconds, and the
 * text.
 *
 * @param now emission time in seconds
 * @returns null when there is nothing to print
 */
export function formatLine(now: number, segment: Pick<Segment, 'begin' | 'end' | 'text'> | null): string | null {
  if (!segment) return null
  const { begin, end, text } = segment
  return `${fixed(now * 1000, 4)} ${fixed(begin * 1000, 0)} ${fixed(end * 1000, 0)} ${text}`
}

/**
 * A number with so many decimals, as C's printf: rounded half to even on the exact binary value. `toFixed` is exact as
 * well, but takes the larger of two results that are equally near.
 */
function fixed(value: number, decimals: 0 | 4): string {
  const size = Math.abs(value)
  if (!isTie(size, decimals)) return value.toFixed(decimals)
  const scale = 10 ** decimals
  const below = Math.floor(size * scale)
  const even = below % 2 === 0 ? below : below + 1
  return (value < 0 ? '-' : '') + (even / scale).toFixed(decimals)
}

/** Whether two results are equally near; with four decimals only multiples of 1/32 can lie in the middle. */
function isTie(size: number, decimals: 0 | 4): boolean {
  if (size >= 2 ** 40) return false
  return decimals === 0 ? size % 1 === 0.5 : (size * 32) % 1 === 0 && (size * 32 * 312.5) % 1 === 0.5
}
