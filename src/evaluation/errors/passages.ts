import type { AlignmentStep } from './alignment.js'

/** Words of context on each side. */
const CONTEXT = 4

/** Errors that stand together, with the words around them. */
export interface ErrorPassage {
  /** Second of the recording; null where neither text has times. */
  readonly atSec: number | null
  readonly before: string
  readonly said: string
  readonly recognized: string
  readonly after: string
  readonly errors: number
}

/**
 * The places of a text that were not recognized as they were said.
 * @param placeOf second of a step, where it is known
 * @param joint between units: a space between words, nothing between characters
 */
export function errorPassages(
  said: readonly string[],
  recognized: readonly string[],
  steps: readonly AlignmentStep[],
  placeOf: (step: AlignmentStep) => number | null,
  joint = ' ',
): readonly ErrorPassage[] {
  const passages: ErrorPassage[] = []
  for (let from = 0; from < steps.length; from++) {
    const first = steps[from]
    if (first === undefined || first.kind === 'match') continue
    let to = from
    while (to < steps.length && steps[to]?.kind !== 'match') to++
    const own = steps.slice(from, to)
    const around = joint === ' ' ? CONTEXT : CONTEXT * 3
    passages.push({
      atSec: placeOf(first),
      before: said.slice(Math.max(0, first.said - around), first.said).join(joint),
      said: own.flatMap(({ kind, said: i }) => (kind === 'insertion' ? [] : [said[i] ?? ''])).join(joint),
      recognized: own
        .flatMap(({ kind, recognized: j }) => (kind === 'deletion' ? [] : [recognized[j] ?? '']))
        .join(joint),
      after: steps
        .slice(to, to + around)
        .flatMap(({ kind, said: i }) => (kind === 'insertion' ? [] : [said[i] ?? '']))
        .join(joint),
      errors: own.length,
    })
    from = to
  }
  return passages
}
