import { fewestErrors } from '../../evaluation/errors/alignment.js'
import { basic } from '../../evaluation/normalizers/basic.js'

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
 * Error rates of words and characters, without regard to case, punctuation and apostrophes.
 * @param reference not empty
 */
export function errorRates(reference: string, heard: string): ErrorRates {
  const [right, other] = [plainText(reference), plainText(heard)]
  const [words, characters] = [wordsOf(right), [...right]]
  return {
    wer: fewestErrors(words, wordsOf(other)) / Math.max(1, words.length),
    cer: fewestErrors(characters, [...other]) / Math.max(1, characters.length),
    words: words.length,
    characters: characters.length,
  }
}

function plainText(text: string): string {
  return basic(text.normalize('NFKC').replace(/['’]/g, ''))
}

function wordsOf(text: string): readonly string[] {
  return text.split(' ').filter((word) => word !== '')
}
