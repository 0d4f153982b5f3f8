import { type AlignmentStep, align } from '../src/evaluation/errors/alignment.js'

export { type AlignmentStep as Step, align } from '../src/evaluation/errors/alignment.js'

/** The reference word that a step counts for: an insertion for the word before it, at the start for the first. */
export function placeOf({ kind, said }: AlignmentStep): number {
  return kind === 'insertion' ? Math.max(0, said - 1) : said
}

/**
 * How many errors each word of the reference has, see `placeOf`. Nothing said has no place for errors: the list is empty.
 */
export function errorsByWord(said: readonly string[], recognized: readonly string[]): readonly number[] {
  const errors = said.map(() => 0)
  for (const step of align(said, recognized)) {
    if (step.kind !== 'match' && errors.length > 0) errors[placeOf(step)]! += 1
  }
  return errors
}
