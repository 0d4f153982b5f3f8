/** A text that ends with this many tokens of the same rounds is stuck: people say nothing that long that evenly. */
const LEAST_LOOP_TOKENS = 16
const LEAST_ROUNDS = 3
const LONGEST_ROUND = 40

/**
 * Finds out whether a text has run into a loop: its end is at least three rounds of the same tokens.
 *
 * @param tokens of which only those with `isText` are compared, as the timestamps of a loop go on
 * @returns how many of `tokens` to keep, up to the end of the first round; null when there is no loop
 */
export function endOfFirstRound(tokens: readonly number[], isText: (token: number) => boolean): number | null {
  const places: number[] = []
  for (const [place, token] of tokens.entries()) if (isText(token)) places.push(place)
  const at = (fromEnd: number) => tokens[places[places.length - 1 - fromEnd]!]
  for (let round = 1; round <= Math.min(LONGEST_ROUND, Math.floor(places.length / LEAST_ROUNDS)); round++) {
    let same = round
    while (same < places.length && at(same) === at(same - round)) same++
    const rounds = Math.floor(same / round)
    if (rounds < LEAST_ROUNDS || rounds * round < LEAST_LOOP_TOKENS) continue
    return places[places.length - same + round - 1]! + 1
  }
  return null
}
