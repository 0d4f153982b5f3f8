/** What Python's regular expressions and strings understand by spaces, words and digits, for rules that were written for them. */

/** A character class of white space, as `\s` of Python. */
export const SPACE = '[\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]'
/** A character class of parts of words, as `\w` of Python. */
const WORD = '[\\p{L}\\p{N}_]'
/** The start of a word: `\b` before a letter. */
export const WORD_START = `(?<!${WORD})`
/** The end of a word: `\b` after a letter. */
export const WORD_END = `(?!${WORD})`

const SPACES = new RegExp(`${SPACE}+`, 'u')
const DIGIT = /\p{Nd}/u

/** The words of a text, as `str.split()`. */
export function splitWords(text: string): string[] {
  return text.split(SPACES).filter((word) => word !== '')
}

/** Every run of white space as one space. */
export function withSingleSpaces(text: string): string {
  return text.replace(new RegExp(SPACES, 'gu'), ' ')
}

/** Digits of any script as those of ASCII. */
export function asciiDigits(text: string): string {
  return text.replace(/\p{Nd}/gu, (digit) => (digit <= '9' ? digit : String(digitOf(digit.codePointAt(0) ?? 0))))
}

/** The digits of a script are ten code points in a row, and no two scripts are neighbors. */
function digitOf(codePoint: number): number {
  let value = 0
  while (value < 9 && DIGIT.test(String.fromCodePoint(codePoint - value - 1))) value++
  return value
}
