/** How far a text is from the one that is right. */
export interface ErrorRates {
  /** Wrong, missing and extra words for each word of the reference. */
  readonly wer: number
  /** The same of characters. */
  readonly cer: number
  readonly words: number
  readonly characters: number
}

/** Longer texts are not compared: the work grows with the product of both. */
export const MAX_COMPARED_CHARACTERS = 20_000

/**
 * Error rates of words and characters, without regard to case and punctuation.
 * @param reference not empty
 */
export function errorRates(reference: string, heard: string): ErrorRates {
  const [right, other] = [plainWords(reference), plainWords(heard)]
  const [rightText, otherText] = [right.join(' '), other.join(' ')]
  return {
    wer: distance(right, other) / Math.max(1, right.length),
    cer: distance([...rightText], [...otherText]) / Math.max(1, rightText.length),
    words: right.length,
    characters: rightText.length,
  }
}

/** Words without punctuation and capitals. */
export function plainWords(text: string): readonly string[] {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/['’]/g, '')
    .split(/[^\p{L}\p{N}\p{M}]+/u)
    .filter((word) => word !== '')
}

/** Changes from one list to the other (Levenshtein). */
function distance(from: readonly string[], to: readonly string[]): number {
  let row = Uint32Array.from({ length: to.length + 1 }, (_, at) => at)
  for (const [line, item] of from.entries()) {
    const next = new Uint32Array(to.length + 1)
    next[0] = line + 1
    for (let at = 1; at <= to.length; at++) {
      const change = (row[at - 1] ?? 0) + Number(item !== to[at - 1])
      next[at] = Math.min(change, (row[at] ?? 0) + 1, (next[at - 1] ?? 0) + 1)
    }
    row = next
  }
  return row[to.length] ?? 0
}
