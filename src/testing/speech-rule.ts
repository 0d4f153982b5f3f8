import { distance } from 'fastest-levenshtein'
import { demand, type TestSpeech } from './rule.js'

const MAX_WORD_ERRORS = 0.5

/** Speech has been recognized: something was said, and not something quite different. */
export function checkText(text: string, { words, maxWordErrors = MAX_WORD_ERRORS }: TestSpeech): void {
  demand(text.trim() !== '', 'the speech gives no text', 'a recognizer finds words in speech')
  if (words === undefined) return
  const said =
    typeof words === 'string' ? words : words.map((word) => (typeof word === 'string' ? word : word.text)).join(' ')
  const rate = wordErrorRate(said, text)
  demand(
    rate <= maxWordErrors,
    `${Math.round(rate * 100)} % of the words are wrong: said was "${said}", recognized was "${text.trim()}"`,
    `at most ${Math.round(maxWordErrors * 100)} % may be (maxWordErrors)`,
  )
}

/** Words that were left out, put in or changed, as a part of those that were said. Case and punctuation do not count. */
export function wordErrorRate(said: string, recognized: string): number {
  const numbers = new Map<string, number>()
  // The distance of texts in characters is that of words when each word is one character.
  const asCharacters = (text: string) =>
    wordsOf(text)
      .map((word) => {
        const number = numbers.get(word) ?? numbers.size
        numbers.set(word, number)
        return String.fromCharCode(1 + number)
      })
      .join('')
  const [reference, hypothesis] = [asCharacters(said), asCharacters(recognized)]
  return distance(reference, hypothesis) / Math.max(1, reference.length)
}

/** Words of any language, also of those that are written without spaces. */
function wordsOf(text: string): readonly string[] {
  const segments = new Intl.Segmenter(undefined, { granularity: 'word' }).segment(text.normalize('NFKC').toLowerCase())
  return [...segments].filter(({ isWordLike }) => isWordLike).map(({ segment }) => segment)
}
