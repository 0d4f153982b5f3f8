import { align, placeOf } from '../alignment.js'

/** Words of the reference around a difference. */
const AROUND = 4

/** A place where two programs do not make the same number of errors. */
export interface Passage {
  readonly said: string
  readonly ours: string
  readonly peer: string
  /** Errors of ours minus those of the peer, in this place. */
  readonly more: number
}

interface Told {
  /** What was printed for each word of the reference; what was inserted is with the word before it. */
  readonly printed: readonly string[][]
  readonly errors: readonly number[]
}

/** The places where the errors of two programs differ, with some words around; places that touch are one. */
export function passagesOf(
  said: readonly string[],
  ours: readonly string[],
  peer: readonly string[],
): readonly Passage[] {
  const [mine, theirs] = [told(said, ours), told(said, peer)]
  const passages: Passage[] = []
  let from = 0
  while (from < said.length) {
    if (mine.errors[from] === theirs.errors[from]) {
      from++
      continue
    }
    let [to, quiet] = [from + 1, 0]
    for (let at = to; at < said.length && quiet < AROUND; at++) {
      quiet = mine.errors[at] === 0 && theirs.errors[at] === 0 ? quiet + 1 : 0
      if (quiet === 0) to = at + 1
    }
    const [first, last] = [Math.max(0, from - AROUND), Math.min(said.length, to + AROUND)]
    const errors = ({ errors }: Told) => errors.slice(from, to).reduce((sum, count) => sum + count, 0)
    const printed = (one: Told) => one.printed.slice(first, last).flat().join(' ')
    passages.push({
      said: said.slice(first, last).join(' '),
      ours: printed(mine),
      peer: printed(theirs),
      more: errors(mine) - errors(theirs),
    })
    from = to
  }
  return passages.filter(({ more }) => more !== 0)
}

function told(said: readonly string[], recognized: readonly string[]): Told {
  const printed: string[][] = said.map(() => [])
  const errors = said.map(() => 0)
  for (const step of align(said, recognized)) {
    const at = placeOf(step)
    if (step.kind !== 'deletion') printed[at]?.push(recognized[step.recognized]!)
    if (step.kind !== 'match' && at < errors.length) errors[at]! += 1
  }
  return { printed, errors }
}
