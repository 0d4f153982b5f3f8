import type { Sample } from '../statistics/bootstrap.js'
import type { AlignmentStep } from './alignment.js'

/** Units of the reference in a sample, about ten seconds of speech. Errors come in runs: single words are not independent. */
const SAMPLE_UNITS = 25

/**
 * Cuts a recording into samples of 25 words of its reference, with the errors in each. An insertion counts for the word
 * before it. What is left at the end belongs to the last sample unless it is half a sample.
 */
export function samplesOf(units: number, steps: readonly AlignmentStep[]): readonly Sample[] {
  const errors = steps.filter(({ kind }) => kind !== 'match')
  if (units === 0) return errors.length === 0 ? [] : [{ size: 0, errors: errors.length }]
  const count = Math.max(1, Math.round(units / SAMPLE_UNITS))
  const sampleOf = (step: AlignmentStep) => {
    const place = step.kind === 'insertion' ? Math.max(0, step.said - 1) : step.said
    return Math.min(count - 1, Math.floor(place / SAMPLE_UNITS))
  }
  const counts = new Uint32Array(count)
  for (const step of errors) counts[sampleOf(step)] = (counts[sampleOf(step)] ?? 0) + 1
  return Array.from(counts, (own, index) => ({
    size: index === count - 1 ? units - index * SAMPLE_UNITS : SAMPLE_UNITS,
    errors: own,
  }))
}
