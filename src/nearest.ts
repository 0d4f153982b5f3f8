import { distance } from 'fastest-levenshtein'

/** The known name that a misspelt one was probably meant to be; undefined when none is near. */
export function nearestName(name: string, known: readonly string[]): string | undefined {
  const wanted = name.toLowerCase()
  // Two letters of five may be wrong: two that changed places count as two.
  const furthest = Math.max(1, Math.floor(name.length * 0.4))
  const byDistance = known
    .map((candidate) => ({ candidate, steps: distance(wanted, candidate.toLowerCase()) }))
    .sort((a, b) => a.steps - b.steps)
  const [best] = byDistance
  return best && best.steps <= furthest ? best.candidate : undefined
}

/** "did you mean "x"?" where a name is near, else the list of what there is. */
export function suggestion(name: string, known: readonly string[]): string {
  const nearest = nearestName(name, known)
  if (nearest !== undefined) return `did you mean "${nearest}"?`
  return known.length === 0 ? 'there are none' : `there are: ${known.join(', ')}`
}
