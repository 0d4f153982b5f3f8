/** From this many tokens of the same rounds on, a text may be stuck. */
const MIN_LOOP_TOKENS = 16
const MIN_ROUNDS = 3
/** From this many tokens on, rounds that follow each other are what somebody says again, or a loop. */
const MIN_AGAIN_TOKENS = 12
const MAX_ROUND = 40
/** Whoever says the same again takes at least so many positions of 20 ms for each token. */
const MIN_POSITIONS_A_TOKEN = 3
/** So many tokens back attention is compared with where it was: single positions jump. */
const COMPARED_TOKENS = 8
/** Nobody says more tokens in a second. Some more are free, as tokens come in words. */
const TOKENS_PER_SEC = 10
const FREE_TOKENS = 8
const POSITIONS_PER_SEC = 50

/** What tells a text that a speaker repeats from one that the model repeats. */
export interface Repeated {
  /** Which tokens are compared: the timestamps of a loop go on. */
  readonly isText: (token: number) => boolean
  /** Where attention is while a token is chosen, by its place in the text; null where the model does not tell. */
  readonly attendedAt: ((place: number) => number) | null
  /** Encoder positions that hold real audio. */
  readonly audioPositions: number
}

/** Text tokens that can be said in audio of so many encoder positions. */
export function maxTokensIn(audioPositions: number): number {
  return FREE_TOKENS + Math.ceil((audioPositions / POSITIONS_PER_SEC) * TOKENS_PER_SEC)
}

/**
 * Finds out whether a text has run into a loop: its end is at least three rounds of the same tokens, and attention does
 * not move on with them, as it does when a speaker repeats himself. Without attention a loop is what nobody can say in
 * the time.
 *
 * @returns how many of `tokens` to keep, up to the last round that was spoken; null when there is no loop
 */
export function endOfSpokenRounds(
  tokens: readonly number[],
  { isText, attendedAt, audioPositions }: Repeated,
): number | null {
  const places: number[] = []
  for (const [place, token] of tokens.entries()) if (isText(token)) places.push(place)
  const run = roundsAtEnd(places.map((place) => tokens[place] ?? -1))
  if (run === null) return null
  const { round, same } = run
  const ends = (rounds: number) => (places[places.length - same + rounds * round - 1] ?? tokens.length - 1) + 1
  if (attendedAt === null) return places.length > maxTokensIn(audioPositions) ? ends(1) : null
  const attended = meansOfRounds(places.slice(places.length - same), round, attendedAt)
  const back = Math.min(attended.length - 1, Math.max(MIN_ROUNDS - 1, Math.ceil(COMPARED_TOKENS / round)))
  const last = attended.length - 1
  if ((attended[last] ?? 0) - (attended[last - back] ?? 0) >= back * round * MIN_POSITIONS_A_TOKEN) return null
  return ends(roundsThatMoveOn(attended, round))
}

/** Whether a text says the same at least three times in a row, anywhere in it. */
export function saysAgain(tokens: readonly number[], isText: (token: number) => boolean): boolean {
  const text = tokens.filter(isText)
  for (let round = 1; round <= Math.min(MAX_ROUND, Math.floor(text.length / MIN_ROUNDS)); round++) {
    const least = Math.max(MIN_AGAIN_TOKENS, MIN_ROUNDS * round) - round
    let same = 0
    for (let at = round; at < text.length && same < least; at++) same = text[at] === text[at - round] ? same + 1 : 0
    if (same >= least) return true
  }
  return false
}

/** The shortest round that the end of a text consists of, and how many tokens its rounds have in all. */
function roundsAtEnd(text: readonly number[]): { readonly round: number; readonly same: number } | null {
  const at = (fromEnd: number) => text[text.length - 1 - fromEnd]
  for (let round = 1; round <= Math.min(MAX_ROUND, Math.floor(text.length / MIN_ROUNDS)); round++) {
    let same = round
    while (same < text.length && at(same) === at(same - round)) same++
    const rounds = Math.floor(same / round)
    if (rounds >= MIN_ROUNDS && rounds * round >= MIN_LOOP_TOKENS) return { round, same }
  }
  return null
}

/** Where attention is in each whole round, in the mean of its tokens. */
function meansOfRounds(places: readonly number[], round: number, attendedAt: (place: number) => number): number[] {
  return Array.from({ length: Math.floor(places.length / round) }, (_, index) => {
    const own = places.slice(index * round, (index + 1) * round)
    return own.reduce((sum, place) => sum + attendedAt(place), 0) / round
  })
}

/** How many rounds, from the first, each lie after all before; the first always counts. */
function roundsThatMoveOn(attended: readonly number[], round: number): number {
  let farthest = attended[0] ?? 0
  let count = 1
  for (const position of attended.slice(1)) {
    if (position - farthest < round * MIN_POSITIONS_A_TOKEN) break
    farthest = position
    count++
  }
  return count
}
