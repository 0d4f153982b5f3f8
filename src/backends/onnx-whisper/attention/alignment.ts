/** Frames over which attention is smoothed, as openai-whisper does. */
const MEDIAN_WIDTH = 7

/**
 * Finds when each token is said: dynamic time warping along the attention of the alignment heads.
 *
 * Ref: openai-whisper timing.py find_alignment. Differs from reference: the mean over the heads is smoothed, not each
 * head, at an eighth of the cost; the times agree as well with those of openai-whisper.
 *
 * @param rows attention while each token was chosen, `[heads * positions]` each; the last row belongs to what follows
 *   the last token
 * @param positions encoder positions in a row of one head
 * @param audioPositions positions that hold real audio; the rest is padding and is left out
 * @returns for each row the position at which it begins, not decreasing
 */
export function beginPositions(
  rows: readonly Float32Array[],
  positions: number,
  audioPositions: number,
): readonly number[] {
  if (rows.length === 0) return []
  const width = Math.max(1, Math.min(audioPositions, positions))
  const mean = meanOfHeads(rows, positions, width)
  const smooth = new Float32Array(mean.length)
  for (let row = 0; row < rows.length; row++) {
    medianFilter(mean.subarray(row * width, (row + 1) * width), smooth.subarray(row * width, (row + 1) * width))
  }
  return firstColumns(warp(smooth, rows.length, width), rows.length)
}

/**
 * The position that the alignment heads look at together.
 *
 * @param row attention while a token was chosen, `[heads * positions]`
 * @param audioPositions positions that hold real audio
 */
export function attendedPosition(row: Float32Array, positions: number, audioPositions: number): number {
  const width = Math.max(1, Math.min(audioPositions, positions))
  const sum = new Float32Array(width)
  for (let head = 0; head < row.length; head += positions) {
    for (let i = 0; i < width; i++) sum[i] = sum[i]! + row[head + i]!
  }
  const smooth = new Float32Array(width)
  medianFilter(sum, smooth)
  let best = 0
  for (let i = 1; i < width; i++) if (smooth[i]! > smooth[best]!) best = i
  return best
}

/**
 * `attendedPosition` of rows that may still be added to, found when it is asked for.
 *
 * @returns for a row by its place; 0 where there is none
 */
export function attendedPositions(
  rows: readonly Float32Array[],
  positions: number,
  audioPositions: number,
): (place: number) => number {
  const known: number[] = []
  return (place) => {
    const row = rows[place]
    if (row === undefined) return 0
    known[place] ??= attendedPosition(row, positions, audioPositions)
    return known[place] ?? 0
  }
}

/** The attention of all heads, `[rows, width]`: how far it is, at each position, above what the other tokens get there. */
function meanOfHeads(rows: readonly Float32Array[], positions: number, width: number): Float32Array {
  const sum = new Float32Array(rows.length * width)
  const matrix = new Float32Array(rows.length * width)
  const [means, scales] = [new Float64Array(width), new Float64Array(width)]
  for (let head = 0; head < rows[0]!.length; head += positions) {
    means.fill(0)
    scales.fill(0)
    for (let row = 0, at = 0; row < rows.length; row++) {
      const weights = rows[row]!
      const scale = 1 / totalOf(weights, head, width)
      for (let i = 0; i < width; i++, at++) {
        const weight = weights[head + i]! * scale
        matrix[at] = weight
        means[i] = means[i]! + weight
        scales[i] = scales[i]! + weight * weight
      }
    }
    for (let i = 0; i < width; i++) {
      const mean = means[i]! / rows.length
      const variance = scales[i]! / rows.length - mean * mean
      means[i] = mean
      scales[i] = variance > 0 ? 1 / Math.sqrt(variance) : 0
    }
    for (let row = 0, at = 0; row < rows.length; row++) {
      for (let i = 0; i < width; i++, at++) sum[at] = sum[at]! + (matrix[at]! - means[i]!) * scales[i]!
    }
  }
  return sum
}

/** Weights over the real audio add up to one again, as if the padding had never been attended. */
function totalOf(weights: Float32Array, from: number, width: number): number {
  let total = 0
  for (let i = from; i < from + width; i++) total += weights[i]!
  return total > 0 ? total : 1
}

/** The running median of `values`; the ends are reflected. */
function medianFilter(values: Float32Array, into: Float32Array): void {
  const half = MEDIAN_WIDTH >> 1
  const last = values.length - 1
  const at = (i: number) => {
    const inside = Math.abs(i)
    return values[inside > last ? Math.max(0, 2 * last - inside) : inside]!
  }
  const sorted = Float32Array.from({ length: MEDIAN_WIDTH }, (_, i) => at(i - half)).sort()
  for (let i = 0; ; i++) {
    into[i] = sorted[half]!
    if (i === last) return
    const inner = i >= half && i + half < last
    replace(sorted, inner ? values[i - half]! : at(i - half), inner ? values[i + half + 1]! : at(i + half + 1))
  }
}

/** Takes one value out of a sorted row and puts another in. */
function replace(sorted: Float32Array, out: number, value: number): void {
  const last = sorted.length - 1
  let at = 0
  while (at < last && sorted[at] !== out) at++
  for (; at < last && sorted[at + 1]! < value; at++) sorted[at] = sorted[at + 1]!
  for (; at > 0 && sorted[at - 1]! > value; at--) sorted[at] = sorted[at - 1]!
  sorted[at] = value
}

const FROM_DIAGONAL = 0
const FROM_ABOVE = 1
const FROM_LEFT = 2

/**
 * Dynamic time warping: the monotonic way through `matrix` with the greatest sum.
 *
 * Source: Sakoe and Chiba 1978.
 *
 * @param matrix `[rows, columns]`
 * @returns the cells `[row, column]` of the way from the first to the last
 */
export function warp(matrix: Float32Array, rows: number, columns: number): readonly (readonly [number, number])[] {
  const steps = new Uint8Array(rows * columns)
  let above = new Float64Array(columns + 1).fill(Number.POSITIVE_INFINITY)
  let current = new Float64Array(columns + 1)
  above[0] = 0
  for (let row = 0; row < rows; row++) {
    current[0] = Number.POSITIVE_INFINITY
    for (let column = 0; column < columns; column++) {
      const diagonal = above[column]!
      const up = above[column + 1]!
      const left = current[column]!
      let step = FROM_LEFT
      let cost = left
      if (diagonal < up && diagonal < left) [step, cost] = [FROM_DIAGONAL, diagonal]
      else if (up < diagonal && up < left) [step, cost] = [FROM_ABOVE, up]
      steps[row * columns + column] = step
      current[column + 1] = cost - matrix[row * columns + column]!
    }
    ;[above, current] = [current, above]
  }
  return backtrace(steps, rows, columns)
}

function backtrace(steps: Uint8Array, rows: number, columns: number): (readonly [number, number])[] {
  const way: (readonly [number, number])[] = []
  let [row, column] = [rows - 1, columns - 1]
  while (row > 0 || column > 0) {
    way.push([row, column])
    const step = row === 0 ? FROM_LEFT : column === 0 ? FROM_ABOVE : steps[row * columns + column]
    if (step !== FROM_LEFT) row--
    if (step !== FROM_ABOVE) column--
  }
  way.push([0, 0])
  return way.reverse()
}

function firstColumns(way: readonly (readonly [number, number])[], rows: number): number[] {
  const first = new Array<number>(rows).fill(0)
  let seen = -1
  for (const [row, column] of way) {
    if (row === seen) continue
    first[row] = column
    seen = row
  }
  return first
}
