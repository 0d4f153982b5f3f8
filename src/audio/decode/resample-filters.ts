/** Zero crossings of the filter on each side: steepness against cost. */
export const ZERO_CROSSINGS = 32
/** Shape of the Kaiser window: side lobes of about -90 dB. */
const KAISER_BETA = 9
/** Weights that are kept; the phases of the usual rates need fewer (44.1 kHz: 30,000). */
const MAX_KEPT_WEIGHTS = 65_536
/** Points between two zero crossings: a straight line between them is off by (pi / 512)^2 / 8, -106 dB. */
const POINTS = 512

/** Weights of the samples around a position that lies `phase / phases` after sample `half - 1` of them. */
export type FilterBank = (phase: number) => Float32Array

/**
 * The low-pass filters of a polyphase resampler, all phases with a gain of 1. A phase is computed when it is first needed
 * and kept. When there are too many of them (a rate that shares no divisor with the other has thousands), weights are
 * read from one table of the impulse response, with straight lines between its points: time and memory are bounded.
 * Weights that are returned are valid until the next call.
 *
 * Source: J. O. Smith, Digital Audio Resampling (bandlimited interpolation).
 *
 * @param phases positions between two samples
 * @param half samples on each side
 * @param cutoff in cycles a sample
 */
export function filterBank(phases: number, half: number, cutoff: number): FilterBank {
  return phases * 2 * half <= MAX_KEPT_WEIGHTS ? kept(phases, half, cutoff) : interpolated(phases, half, cutoff)
}

function kept(phases: number, half: number, cutoff: number): FilterBank {
  const filters: (Float32Array | undefined)[] = new Array(phases)
  return (phase) => {
    const known = filters[phase] ?? filter(phase / phases, half, cutoff)
    filters[phase] = known
    return known
  }
}

function filter(fraction: number, half: number, cutoff: number): Float32Array {
  const weights = Float32Array.from({ length: 2 * half }, (_, i) => {
    const distance = i - (half - 1) - fraction
    return sinc(2 * cutoff * distance) * kaiser(distance / half)
  })
  const sum = weights.reduce((total, weight) => total + weight, 0)
  return weights.map((weight) => weight / sum)
}

let response: Float32Array | null = null

function interpolated(phases: number, half: number, cutoff: number): FilterBank {
  response ??= Float32Array.from({ length: ZERO_CROSSINGS * POINTS + 2 }, (_, i) => {
    return sinc(i / POINTS) * kaiser(i / POINTS / ZERO_CROSSINGS)
  })
  const table = response
  const weights = new Float32Array(2 * half)
  const step = 2 * cutoff * POINTS
  return (phase) => {
    const centre = half - 1 + phase / phases
    let sum = 0
    for (let i = 0; i < weights.length; i++) {
      const position = Math.min(Math.abs(i - centre) * step, ZERO_CROSSINGS * POINTS)
      const point = Math.trunc(position)
      const before = table[point]!
      const weight = before + (position - point) * (table[point + 1]! - before)
      weights[i] = weight
      sum += weight
    }
    for (let i = 0; i < weights.length; i++) weights[i] = weights[i]! / sum
    return weights
  }
}

function sinc(x: number): number {
  return x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x)
}

function kaiser(x: number): number {
  return Math.abs(x) >= 1 ? 0 : besselI0(KAISER_BETA * Math.sqrt(1 - x * x)) / besselI0(KAISER_BETA)
}

/** Modified Bessel function of the first kind, order 0, by its power series. */
function besselI0(x: number): number {
  let sum = 1
  for (let k = 1, term = 1; term > sum * 1e-12; k++) {
    term *= (x / (2 * k)) ** 2
    sum += term
  }
  return sum
}
