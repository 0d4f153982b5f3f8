import { distance } from 'fastest-levenshtein'

/** The known name that a misspelt one was probably meant to be; undefined when none is near. */
export function nearestName(name: string, known: readonly string[]): string | undefined {
  return nearestNames(name, known)[0]
}

/** The known names that are as near as any to a misspelt one; empty when none is near. */
export function nearestNames(name: string, known: readonly string[]): readonly string[] {
  const wanted = name.toLowerCase()
  // Two letters of five may be wrong; two that changed places are one mistake.
  const furthest = Math.max(1, Math.floor(name.length * 0.4))
  const byDistance = known.map((candidate) => ({ candidate, steps: stepsTo(candidate.toLowerCase(), wanted) }))
  const least = Math.min(...byDistance.map(({ steps }) => steps))
  if (least > furthest) return []
  return byDistance.filter(({ steps }) => steps === least).map(({ candidate }) => candidate)
}

/** "did you mean "x"?" where a name is near, else the list of what there is. */
export function suggestion(name: string, known: readonly string[]): string {
  const nearest = nearestName(name, known)
  if (nearest !== undefined) return `did you mean "${nearest}"?`
  return known.length === 0 ? 'there are none' : `there are: ${known.join(', ')}`
}

function stepsTo(candidate: string, wanted: string): number {
  const at = [...wanted].findIndex((letter, index) => letter !== candidate[index])
  const isSwapped =
    at >= 0 && `${wanted.slice(0, at)}${wanted[at + 1] ?? ''}${wanted[at]}${wanted.slice(at + 2)}` === candidate
  return isSwapped ? 1 : distance(wanted, candidate)
}
