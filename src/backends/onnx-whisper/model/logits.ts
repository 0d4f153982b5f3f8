/** How many likeliest text tokens a row tells: the best, and the one to take where that is forbidden. */
export const BEST_TOKENS = 2

/**
 * What greedy decoding has to know of rows of logits. The fast graphs work it out themselves, so that a row of 50 000
 * logits does not have to leave them.
 */
export interface TokenScores {
  readonly rows: number
  /** The likeliest text tokens that may be sampled, `[rows, 2]`, the best first. */
  readonly best: Int32Array
  /** Their logits, `[rows, 2]`. */
  readonly bestLogits: Float32Array
  /** Logarithm of the sum of exponentials over all text tokens that may be sampled, `[rows]`. */
  readonly textLogSums: Float32Array
  /** Logits of end-of-text and of all tokens after it, `[rows, vocabulary - endOfText]`. */
  readonly tail: Float32Array
  /**
   * Logits of all text tokens, `[rows, vocabulary]`; very low for those that are never sampled. Only if asked for,
   * and valid until the next call of the decoder.
   */
  readonly text?: Float32Array
}

/**
 * Boils logits down.
 *
 * @param logits `[rows, vocabulary]`; those of `suppressed` tokens are overwritten
 * @param endOfText id of the first token that is no text
 */
export function scoresOf(
  logits: Float32Array,
  vocabulary: number,
  endOfText: number,
  suppressed: readonly number[],
): TokenScores {
  const rows = logits.length / vocabulary
  const best = new Int32Array(rows * BEST_TOKENS)
  const bestLogits = new Float32Array(rows * BEST_TOKENS)
  const textLogSums = new Float32Array(rows)
  const tail = new Float32Array(rows * (vocabulary - endOfText))
  for (let row = 0; row < rows; row++) {
    const own = logits.subarray(row * vocabulary, (row + 1) * vocabulary)
    tail.set(own.subarray(endOfText), row * (vocabulary - endOfText))
    const text = own.subarray(0, endOfText)
    for (const token of suppressed) if (token < endOfText) text[token] = Number.NEGATIVE_INFINITY
    const [first, second] = twoLargest(text)
    best.set([first, second], row * BEST_TOKENS)
    bestLogits.set([text[first]!, text[second]!], row * BEST_TOKENS)
    textLogSums[row] = logSumExp(text, 0, endOfText)
  }
  return { rows, best, bestLogits, textLogSums, tail, text: logits }
}

function twoLargest(values: Float32Array): readonly [number, number] {
  let [first, second] = values[1]! > values[0]! ? [1, 0] : [0, 1]
  for (let i = 2; i < values.length; i++) {
    if (values[i]! > values[first]!) {
      second = first
      first = i
    } else if (values[i]! > values[second]!) second = i
  }
  return [first, second]
}

/** Logarithm of the sum of exponentials from `from` to before `to`; minus infinity for none. */
export function logSumExp(values: Float32Array, from: number, to: number): number {
  let most = Number.NEGATIVE_INFINITY
  for (let i = from; i < to; i++) if (values[i]! > most) most = values[i]!
  if (most === Number.NEGATIVE_INFINITY) return most
  let sum = 0
  for (let i = from; i < to; i++) sum += Math.exp(values[i]! - most)
  return most + Math.log(sum)
}

/** Logarithm of the sum of two exponentials. */
export function logAdd(one: number, other: number): number {
  const [most, least] = one > other ? [one, other] : [other, one]
  return least === Number.NEGATIVE_INFINITY ? most : most + Math.log1p(Math.exp(least - most))
}
