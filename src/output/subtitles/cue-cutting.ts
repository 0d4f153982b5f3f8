import { breakCost } from './breaks.js'
import { breakingCost } from './line-breaking.js'
import { type CuePiece, lineText } from './pieces.js'
import type { CueLimits } from './profiles.js'
import { widthOf } from './width.js'

/** What an empty cue would cost more than a full one. */
const EMPTINESS_COST = 5
/** How much the breaks of its lines count, against the cut itself. */
const LINES_SHARE = 0.5
/** What a cue costs that is shown for less than the least time. */
const SHORT_COST = 4

/**
 * Where a cue that is full is best cut in two: after punctuation, before conjunctions and prepositions, and not so early that it
 * is nearly empty.
 *
 * @param open the pieces of the cue
 * @param next the piece that has no room in it
 * @returns how many pieces stay in the cue, at least 1
 */
export function bestCut(open: readonly CuePiece[], next: CuePiece, limits: CueLimits, language: string | null): number {
  const width = widthOf(lineText(open))
  const beginMs = open[0]?.beginMs ?? 0
  let best = { at: open.length, cost: Number.POSITIVE_INFINITY }
  for (let at = open.length; at >= 1; at--) {
    const before = open[at - 1]
    if (before === undefined) continue
    const emptiness = 1 - widthOf(lineText(open.slice(0, at))) / Math.max(1, width)
    const isShort = before.endMs - beginMs < limits.minCueSec * 1000
    const cost =
      breakCost(before, open[at] ?? next, language) +
      LINES_SHARE * breakingCost(open.slice(0, at), limits, language) +
      EMPTINESS_COST * emptiness +
      (isShort ? SHORT_COST : 0)
    if (cost < best.cost) best = { at, cost }
  }
  return best.at
}
