import { breakCost, NEVER } from './breaks.js'
import { type CuePiece, lineText } from './pieces.js'
import type { CueLimits } from './profiles.js'
import { widthOf } from './width.js'

/** Lines of very unequal length cost so much, as a share of the line. */
const IMBALANCE_COST = 4
/** A longer first line costs a little more than a longer second one. */
const TOP_HEAVY_COST = 0.5

/** Lines as pieces, and what their breaks cost. */
interface Broken {
  readonly lines: readonly (readonly CuePiece[])[]
  readonly cost: number
}

type LineLimits = Pick<CueLimits, 'maxLineLength' | 'maxLines'>

/** Whether pieces can stand in one cue. */
export function fits(pieces: readonly CuePiece[], { maxLineLength, maxLines }: LineLimits): boolean {
  let lines = 1
  let first = 0
  for (let at = 1; at < pieces.length; at++) {
    if (widthOf(lineText(pieces.slice(first, at + 1))) <= maxLineLength) continue
    if (++lines > maxLines) return false
    first = at
  }
  return true
}

/**
 * Breaks pieces into lines where that reads best: after punctuation, before conjunctions and prepositions, into lines that
 * are about equal. One line where it fits.
 *
 * @param pieces what `fits`; what does not gets as many lines as it needs
 */
export function brokenLines(
  pieces: readonly CuePiece[],
  limits: LineLimits,
  language: string | null,
): readonly (readonly CuePiece[])[] {
  return broken(pieces, limits, language).lines
}

/** What it costs to break pieces into lines; nothing where one line is enough. */
export function breakingCost(pieces: readonly CuePiece[], limits: LineLimits, language: string | null): number {
  return broken(pieces, limits, language).cost
}

function broken(pieces: readonly CuePiece[], limits: LineLimits, language: string | null): Broken {
  const { maxLineLength, maxLines } = limits
  if (pieces.length === 0 || widthOf(lineText(pieces)) <= maxLineLength) return { lines: [pieces], cost: 0 }
  const costs = pieces.map((piece, at) => (at === 0 ? 0 : breakCost(pieces[at - 1] as CuePiece, piece, language)))
  for (let count = 2; count <= Math.max(maxLines, pieces.length); count++) {
    const best = bestBreaks(pieces, costs, count, maxLineLength)
    if (best) return best
  }
  return { lines: [pieces], cost: NEVER }
}

/** The best way to break pieces into exactly so many lines; null where there is none. */
function bestBreaks(
  pieces: readonly CuePiece[],
  costs: readonly number[],
  count: number,
  maxWidth: number,
): Broken | null {
  const ideal = widthOf(lineText(pieces)) / count
  const known = new Map<string, Broken | null>()
  const from = (first: number, left: number): Broken | null => {
    const key = `${first} ${left}`
    const before = known.get(key)
    if (before !== undefined) return before
    let best: Broken | null = null
    if (left === 1) {
      const line = pieces.slice(first)
      best = widthOf(lineText(line)) <= maxWidth ? { lines: [line], cost: unequal(line, ideal, maxWidth, false) } : null
    } else {
      for (let end = first + 1; end < pieces.length; end++) {
        const line = pieces.slice(first, end)
        if (widthOf(lineText(line)) > maxWidth) break
        const rest = from(end, left - 1)
        const cost = (costs[end] ?? 0) + unequal(line, ideal, maxWidth, true) + (rest?.cost ?? 0)
        if (rest && (best === null || cost < best.cost)) best = { lines: [line, ...rest.lines], cost }
      }
    }
    known.set(key, best)
    return best
  }
  return from(0, count)
}

function unequal(line: readonly CuePiece[], ideal: number, maxWidth: number, isAbove: boolean): number {
  const over = (widthOf(lineText(line)) - ideal) / maxWidth
  return IMBALANCE_COST * Math.abs(over) + (isAbove && over > 0 ? TOP_HEAVY_COST * over : 0)
}
