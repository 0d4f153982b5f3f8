import { randomNumbers } from './random.js'
import { sum } from './values.js'

/** Fewer samples say nothing about each other. */
export const MIN_SAMPLES = 5
const RESAMPLES = 4000
const SEED = 1
/** What is outside of the interval, half of it at each end. */
const OUTSIDE = 0.05

/** A part of what was measured, which is drawn as a whole: a recording, or ten seconds of one. */
export interface Sample {
  /** What the rate is over: words of the reference. */
  readonly size: number
  readonly errors: number
}

/** Lower and upper bound of 95 % of what another choice of speech of the same kind would give. */
export type ConfidenceInterval = readonly [lower: number, upper: number]

/**
 * Percentile bootstrap: samples are drawn with replacement, as many as there are; the same seed gives the same interval.
 * @param statistic of a choice of samples
 * @returns null when there are fewer than five samples
 */
export function bootstrapInterval<Item>(
  samples: readonly Item[],
  statistic: (chosen: readonly Item[]) => number,
  seed = SEED,
): ConfidenceInterval | null {
  if (samples.length < MIN_SAMPLES) return null
  return bounds(resampled(samples, statistic, seed))
}

/** Errors over what they are counted in; NaN of nothing. */
export function rateOf(samples: readonly Sample[]): number {
  return sum(samples.map(({ errors }) => errors)) / sum(samples.map(({ size }) => size))
}

/** Whether two settings differ, by the same speech. */
export interface PairedTest {
  /** How much higher the second rate is. */
  readonly difference: number
  /** Null where there is too little speech. */
  readonly interval: ConfidenceInterval | null
  /** How often chance alone would give a difference as clear; null where there is too little speech. */
  readonly p: number | null
  readonly verdict: 'better' | 'worse' | 'noise' | 'too little speech'
}

/**
 * Paired bootstrap test: the same samples are drawn of both.
 * @param before samples of one setting
 * @param after those of the other, of the same speech in the same order
 */
export function pairedTest(before: readonly Sample[], after: readonly Sample[], seed = SEED): PairedTest {
  const pairs = before.map((sample, index) => [sample, after[index] ?? sample] as const)
  const differenceOf = (chosen: readonly (readonly [Sample, Sample])[]) =>
    rateOf(chosen.map(([, one]) => one)) - rateOf(chosen.map(([one]) => one))
  const difference = differenceOf(pairs)
  if (pairs.length < MIN_SAMPLES) return { difference, interval: null, p: null, verdict: 'too little speech' }
  const values = resampled(pairs, differenceOf, seed)
  const below = values.filter((value) => value <= 0).length
  const above = values.filter((value) => value >= 0).length
  // Never 0: as many draws do not tell so much.
  const p = Math.min(1, (2 * (Math.min(below, above) + 1)) / (values.length + 1))
  const interval = bounds(values)
  const verdict = interval[1] < 0 ? 'better' : interval[0] > 0 ? 'worse' : 'noise'
  return { difference, interval, p, verdict }
}

function resampled<Item>(
  samples: readonly Item[],
  statistic: (chosen: readonly Item[]) => number,
  seed: number,
): readonly number[] {
  const random = randomNumbers(seed)
  const draw = () => samples[Math.floor(random() * samples.length)] as Item
  const values = Array.from({ length: RESAMPLES }, () => statistic(samples.map(draw)))
  // Only recordings without speech may have been drawn.
  return values.filter(Number.isFinite).sort((a, b) => a - b)
}

function bounds(sorted: readonly number[]): ConfidenceInterval {
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN
  return [at(OUTSIDE / 2), at(1 - OUTSIDE / 2)]
}
