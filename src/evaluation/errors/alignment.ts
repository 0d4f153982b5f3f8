/** One step of an alignment of what was recognized to what was said. */
export interface AlignmentStep {
  readonly kind: 'match' | 'substitution' | 'deletion' | 'insertion'
  /** Index of what was said; of an insertion, of what comes after it. */
  readonly said: number
  /** Index of what was recognized; of a deletion, of what comes after it. */
  readonly recognized: number
}

/** How many steps of an alignment are of each kind. */
export interface ErrorCounts {
  readonly matches: number
  readonly substitutions: number
  readonly deletions: number
  readonly insertions: number
}

/** Cells of a table that is held as a whole; larger ones are cut in two. */
const MAX_CELLS = 2 ** 22
/** Shorter texts are not cut. */
const MIN_SAID_TO_CUT = 65
const MIN_RECOGNIZED_TO_CUT = 10

/** Bits of a cell: its distance is one more, or one less, than that of the word before. */
const UP = 1
const DOWN = 2

/**
 * The alignment with the fewest errors of words, or of characters. Of several, the one that jiwer (rapidfuzz) gives: read
 * from the end, deletions come first, then insertions, then substitutions and matches.
 */
export function align(said: readonly string[], recognized: readonly string[]): readonly AlignmentStep[] {
  const numberOf = unitNumbers()
  const steps: AlignmentStep[] = []
  alignParts(Uint32Array.from(said, numberOf), Uint32Array.from(recognized, numberOf), 0, 0, steps)
  return steps
}

/** The fewest errors between two texts: as many as `align` finds, in less time and memory. */
export function fewestErrors(said: readonly string[], recognized: readonly string[]): number {
  const numberOf = unitNumbers()
  const row = firstRow(said.length)
  const numbers = Uint32Array.from(said, numberOf)
  for (const unit of recognized) nextRow(row, numbers, numberOf(unit))
  return row[said.length] ?? 0
}

/** How often each kind of step occurs. */
export function countErrors(steps: readonly AlignmentStep[]): ErrorCounts {
  const counts = { match: 0, substitution: 0, deletion: 0, insertion: 0 }
  for (const { kind } of steps) counts[kind]++
  const { match: matches, substitution: substitutions, deletion: deletions, insertion: insertions } = counts
  return { matches, substitutions, deletions, insertions }
}

/** Errors of all kinds. */
export function errorCount({ substitutions, deletions, insertions }: ErrorCounts): number {
  return substitutions + deletions + insertions
}

/** Units that were said. */
export function saidCount({ matches, substitutions, deletions }: ErrorCounts): number {
  return matches + substitutions + deletions
}

/** The counts of several texts together. */
export function sumOfErrors(all: readonly ErrorCounts[]): ErrorCounts {
  const sum = { matches: 0, substitutions: 0, deletions: 0, insertions: 0 }
  for (const counts of all) {
    sum.matches += counts.matches
    sum.substitutions += counts.substitutions
    sum.deletions += counts.deletions
    sum.insertions += counts.insertions
  }
  return sum
}

/** Errors over units that were said; null where nothing was said. */
export function errorRate(counts: ErrorCounts): number | null {
  const said = saidCount(counts)
  return said === 0 ? null : errorCount(counts) / said
}

/** Gives equal units equal numbers. */
function unitNumbers(): (unit: string) => number {
  const numbers = new Map<string, number>()
  return (unit) => {
    const known = numbers.get(unit) ?? numbers.size
    numbers.set(unit, known)
    return known
  }
}

function alignParts(
  said: Uint32Array,
  recognized: Uint32Array,
  saidFrom: number,
  recognizedFrom: number,
  steps: AlignmentStep[],
): void {
  let start = 0
  const shorter = Math.min(said.length, recognized.length)
  while (start < shorter && said[start] === recognized[start]) {
    steps.push({ kind: 'match', said: saidFrom + start, recognized: recognizedFrom + start })
    start++
  }
  let same = 0
  while (same < shorter - start && said[said.length - 1 - same] === recognized[recognized.length - 1 - same]) same++
  const inner = said.subarray(start, said.length - same)
  const innerRecognized = recognized.subarray(start, recognized.length - same)
  alignDifferent(inner, innerRecognized, saidFrom + start, recognizedFrom + start, steps)
  for (let left = same; left > 0; left--) {
    const [i, j] = [said.length - left, recognized.length - left]
    steps.push({ kind: 'match', said: saidFrom + i, recognized: recognizedFrom + j })
  }
}

function alignDifferent(
  said: Uint32Array,
  recognized: Uint32Array,
  saidFrom: number,
  recognizedFrom: number,
  steps: AlignmentStep[],
): void {
  const isLarge = said.length * recognized.length >= MAX_CELLS
  if (isLarge && said.length >= MIN_SAID_TO_CUT && recognized.length >= MIN_RECOGNIZED_TO_CUT) {
    const [i, j] = middle(said, recognized)
    alignParts(said.subarray(0, i), recognized.subarray(0, j), saidFrom, recognizedFrom, steps)
    alignParts(said.subarray(i), recognized.subarray(j), saidFrom + i, recognizedFrom + j, steps)
    return
  }
  const slopes = slopesOf(said, recognized)
  const found: AlignmentStep[] = []
  let [i, j] = [said.length, recognized.length]
  const push = (kind: AlignmentStep['kind']) => found.push({ kind, said: saidFrom + i, recognized: recognizedFrom + j })
  while (i > 0 && j > 0) {
    if (slopes[(j - 1) * said.length + i - 1] === UP) {
      i--
      push('deletion')
      continue
    }
    j--
    if (j > 0 && slopes[(j - 1) * said.length + i - 1] === DOWN) push('insertion')
    else {
      i--
      push(said[i] === recognized[j] ? 'match' : 'substitution')
    }
  }
  for (; i > 0; ) {
    i--
    push('deletion')
  }
  for (; j > 0; ) {
    j--
    push('insertion')
  }
  for (const step of found.reverse()) steps.push(step)
}

/** A row for each recognized unit: whether the distance rises or falls from one said unit to the next. */
function slopesOf(said: Uint32Array, recognized: Uint32Array): Uint8Array {
  const slopes = new Uint8Array(said.length * recognized.length)
  const row = firstRow(said.length)
  for (const [j, unit] of recognized.entries()) {
    nextRow(row, said, unit)
    const from = j * said.length
    for (let i = 0; i < said.length; i++) {
      const slope = (row[i + 1] ?? 0) - (row[i] ?? 0)
      if (slope !== 0) slopes[from + i] = slope > 0 ? UP : DOWN
    }
  }
  return slopes
}

/** Where the best alignment crosses the middle of what was recognized (Hirschberg). */
function middle(said: Uint32Array, recognized: Uint32Array): readonly [number, number] {
  const half = Math.floor(recognized.length / 2)
  const [left, right] = [firstRow(said.length), firstRow(said.length)]
  for (const unit of recognized.subarray(0, half)) nextRow(left, said, unit)
  const backwards = said.slice().reverse()
  for (const unit of recognized.slice(half).reverse()) nextRow(right, backwards, unit)
  let best = 0
  const distance = (i: number) => (left[i] ?? 0) + (right[said.length - i] ?? 0)
  for (let i = 1; i <= said.length; i++) if (distance(i) < distance(best)) best = i
  return [best, half]
}

/** Distances of the starts of a text to nothing. */
function firstRow(length: number): Uint32Array {
  return Uint32Array.from({ length: length + 1 }, (_, index) => index)
}

function nextRow(row: Uint32Array, said: Uint32Array, unit: number): void {
  let diagonal = row[0] ?? 0
  let before = diagonal + 1
  row[0] = before
  for (let i = 0; i < said.length; i++) {
    const above = row[i + 1] ?? 0
    const changed = diagonal + (said[i] === unit ? 0 : 1)
    const shorter = Math.min(above, before) + 1
    before = Math.min(changed, shorter)
    row[i + 1] = before
    diagonal = above
  }
}
