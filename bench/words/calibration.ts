import type { ConfidenceMap } from '../../src/backends/onnx-whisper/model/model.js'

/** A probability that was given, and whether what it was given for is so. */
export interface Judged {
  readonly probability: number
  readonly isRight: boolean
}

/** All whose probability lies between two values. */
export interface Bin {
  readonly from: number
  readonly to: number
  readonly count: number
  /** Mean of the probabilities. */
  readonly said: number
  /** Share of those that are right. */
  readonly right: number
}

/** Bins of equal width that are not empty: the table of reliability. */
export function binsOf(judged: readonly Judged[], count: number): readonly Bin[] {
  return Array.from({ length: count }, (_, index) => {
    const own = judged.filter(({ probability }) => Math.min(count - 1, Math.floor(probability * count)) === index)
    const said = own.reduce((sum, { probability }) => sum + probability, 0) / own.length
    const right = own.filter(({ isRight }) => isRight).length / own.length
    return { from: index / count, to: (index + 1) / count, count: own.length, said, right }
  }).filter((bin) => bin.count > 0)
}

/**
 * Expected calibration error: how far what is said is from what is so, on average over all.
 *
 * Source: Naeini, Cooper, Hauskrecht 2015; Guo et al. 2017.
 */
export function calibrationError(judged: readonly Judged[], bins = 10): number {
  const off = binsOf(judged, bins).reduce((sum, { count, said, right }) => sum + count * Math.abs(said - right), 0)
  return off / judged.length
}

/** How often a right one has a higher probability than a wrong one: area under the curve; 0.5 is chance. */
export function separation(judged: readonly Judged[]): number {
  const sorted = [...judged].sort((one, other) => one.probability - other.probability)
  const right = judged.filter(({ isRight }) => isRight).length
  let ranks = 0
  for (let from = 0, to = 0; from < sorted.length; from = to) {
    while (to < sorted.length && sorted[to]!.probability === sorted[from]!.probability) to++
    ranks += (sorted.slice(from, to).filter(({ isRight }) => isRight).length * (from + to + 1)) / 2
  }
  return (ranks - (right * (right + 1)) / 2) / (right * (judged.length - right))
}

const CLIP = 0.9999
const STEPS = 20
/** Keeps a fit of very few words, or of words that are all right, from running away. */
const RIDGE = 1e-3

/**
 * The logistic map of log odds under which what was seen is likeliest, by Newton's method.
 *
 * Source: Platt 1999, "Probabilistic Outputs for Support Vector Machines".
 */
export function fitted(judged: readonly Judged[]): ConfidenceMap {
  let [scale, offset] = [1, 0]
  for (let step = 0; step < STEPS; step++) {
    let [byScale, byOffset, scaleScale, scaleOffset, offsetOffset] = [
      RIDGE * (scale - 1),
      RIDGE * offset,
      RIDGE,
      0,
      RIDGE,
    ]
    for (const { probability, isRight } of judged) {
      const sure = Math.min(CLIP, Math.max(1 - CLIP, probability))
      const odds = Math.log(sure / (1 - sure))
      const now = 1 / (1 + Math.exp(-scale * odds - offset))
      const off = now - (isRight ? 1 : 0)
      const weight = now * (1 - now)
      byScale += off * odds
      byOffset += off
      scaleScale += weight * odds * odds
      scaleOffset += weight * odds
      offsetOffset += weight
    }
    const determinant = scaleScale * offsetOffset - scaleOffset * scaleOffset
    scale -= (offsetOffset * byScale - scaleOffset * byOffset) / determinant
    offset -= (scaleScale * byOffset - scaleOffset * byScale) / determinant
  }
  return { scale, offset }
}

/** The probability that a map was given, see `calibrated`. */
export function uncalibrated(confidence: number, { scale, offset }: ConfidenceMap): number {
  const odds = (Math.log(confidence / (1 - confidence)) - offset) / scale
  return 1 / (1 + Math.exp(-odds))
}
