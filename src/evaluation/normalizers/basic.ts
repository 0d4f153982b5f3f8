import { withSingleSpaces } from './python-text.js'
import { withoutSymbols } from './symbols.js'

/** Characters of words, for `basicWords`. */
export const WORD_CHARACTER = /[\p{L}\p{M}\p{N}']/u

/** A text as words are told apart in it: lower case, plain apostrophes. */
export function plainCharacters(text: string): string {
  return text.toLowerCase().replaceAll('’', "'")
}

/** A word without apostrophes at its edges. */
export function withoutEdges(word: string): string {
  return word.replace(/^'+|'+$/g, '')
}

/**
 * The plain measure: lower case, plain apostrophes, nothing but letters, digits and apostrophes, and none of the last at
 * the edges of words. Numbers and spellings stay as they are.
 */
export function basic(text: string): string {
  return plainCharacters(text)
    .replace(/[^\p{L}\p{M}\p{N}']+/gu, ' ')
    .split(' ')
    .map(withoutEdges)
    .filter((word) => word !== '')
    .join(' ')
}

/**
 * Text of any language as Whisper's published error rates are counted on: no brackets, no symbols, lower case.
 *
 * Ref: openai-whisper whisper/normalizers/basic.py BasicTextNormalizer (MIT). It takes vowel signs away, of Hindi for example.
 */
export function whisperBasic(text: string): string {
  const plain = text
    .toLowerCase()
    .replace(/[<[][^>\]]*[>\]]/gu, '')
    .replace(/\(([^)]+?)\)/gu, '')
  return withSingleSpaces(withoutSymbols(plain).toLowerCase())
}
