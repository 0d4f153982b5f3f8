/** One step of an alignment of what was recognized to what was said. */
export interface Step {
  readonly kind: 'match' | 'substitution' | 'deletion' | 'insertion'
  /** Index of the reference word; of an insertion, of the word after it. */
  readonly said: number
  /** Index of the heard word; of a deletion, of the word after it. */
  readonly recognized: number
}

/** The alignment with the fewest errors, in the order of the words. */
export function align(said: readonly string[], recognized: readonly string[]): Step[] {
  const width = recognized.length + 1
  const cost = new Uint32Array((said.length + 1) * width)
  for (let j = 0; j < width; j++) cost[j] = j
  for (let i = 1; i <= said.length; i++) {
    cost[i * width] = i
    for (let j = 1; j < width; j++) {
      const diagonal = cost[(i - 1) * width + j - 1]! + (said[i - 1] === recognized[j - 1] ? 0 : 1)
      cost[i * width + j] = Math.min(diagonal, cost[(i - 1) * width + j]! + 1, cost[i * width + j - 1]! + 1)
    }
  }
  const steps: Step[] = []
  let [i, j] = [said.length, recognized.length]
  while (i > 0 || j > 0) {
    const here = cost[i * width + j]!
    const same = i > 0 && j > 0 && said[i - 1] === recognized[j - 1]
    if (i > 0 && j > 0 && here === cost[(i - 1) * width + j - 1]! + (same ? 0 : 1)) {
      steps.push({ kind: same ? 'match' : 'substitution', said: --i, recognized: --j })
    } else if (i > 0 && here === cost[(i - 1) * width + j]! + 1)
      steps.push({ kind: 'deletion', said: --i, recognized: j })
    else steps.push({ kind: 'insertion', said: i, recognized: --j })
  }
  return steps.reverse()
}

/** The reference word that a step counts for: an insertion for the word before it, at the start for the first. */
export function placeOf({ kind, said }: Step): number {
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
