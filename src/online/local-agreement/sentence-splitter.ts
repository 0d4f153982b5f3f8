import type { Word } from '../../core/types.js'

/** Gives the times at which the sentences of some words end, in order; the last sentence may be unfinished. */
export type SentenceSplitter = (words: readonly Word[]) => readonly number[]

/**
 * Splits by the rules of Unicode for a language, kept from breaking after its abbreviations. Sentences end where words
 * end: a border inside a word ("U.S.-based") does not count.
 *
 * @param language code; null or one that the runtime does not know: the rules that all languages share, or Greek ones
 *   for Greek letters, as Greek alone asks with a semicolon
 * @param separator joins words to text
 */
export function sentenceSplitter(language: string | null, separator: string): SentenceSplitter {
  const locale = segmenterLocale(language)
  const usual = new Intl.Segmenter(locale, { granularity: 'sentence' })
  const greek = new Intl.Segmenter('el', { granularity: 'sentence' })
  return (words) => {
    const text = words.map((word) => word.text).join(separator)
    const segmenter = locale === undefined && GREEK.test(text) ? greek : usual
    const borders = new Set(
      Array.from(segmenter.segment(text), ({ index, segment }) => index + segment.trimEnd().length),
    )
    const ends: number[] = []
    let length = 0
    for (const [i, word] of words.entries()) {
      length += (i === 0 ? 0 : separator.length) + word.text.length
      const isBorder = borders.has(length - (word.text.length - word.text.trimEnd().length))
      if (isBorder && !ABBREVIATION.test(word.text.trim())) ends.push(word.end)
    }
    return ends
  }
}

const GREEK = /\p{Script=Greek}/u

/** Titles and initials, after which the runtime's rules see an end. */
const ABBREVIATION = /^["'(“]?(?:\p{Lu}|Mrs?|Ms|Dr|Prof|St|Sr|Jr|Gen|Col|Capt|Lt|Rev|Hon|vs|No)\.$/u

function segmenterLocale(language: string | null): string | undefined {
  if (language === null || language === 'auto') return undefined
  try {
    return Intl.Segmenter.supportedLocalesOf(language)[0]
  } catch {
    return undefined
  }
}

/**
 * Splits as the reference does with a tokenizer that ends a sentence after each word with a full stop, question or
 * exclamation mark. Its way of finding the words again never closes a sentence of one word, and loses all that follow.
 *
 * Ref: whisper_online.py OnlineASRProcessor.words_to_sentences.
 */
export const referenceSentenceSplitter: SentenceSplitter = (words) => {
  const text = words.map((word) => word.text).join(' ')
  const rest = [...words]
  const ends: number[] = []
  for (const sentence of text.split(/(?<=[.?!])\s+/)) {
    let left = sentence.trim()
    let begun = false
    for (let word = rest.shift(); word; word = rest.shift()) {
      const said = word.text.trim()
      if (!begun && left.startsWith(said)) begun = true
      else if (left === said) {
        ends.push(word.end)
        break
      }
      left = left.slice(said.length).trim()
    }
  }
  return ends
}
