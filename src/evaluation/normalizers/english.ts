import { englishNumbers } from './english-numbers.js'
import { AMERICAN_SPELLINGS } from './english-spellings.js'
import { SPACE, splitWords, WORD_END, WORD_START, withSingleSpaces } from './python-text.js'
import { withoutSymbolsAndDiacritics } from './symbols.js'

const FILLERS = new RegExp(`${WORD_START}(hmm|mm|mhm|mmm|uh|um)${WORD_END}`, 'gu')
const SPACE_BEFORE_APOSTROPHE = new RegExp(`${SPACE}+'`, 'gu')

/** Words and endings with what is written for them, in the order in which they are replaced. */
const REPLACEMENTS: readonly (readonly [pattern: RegExp, text: string])[] = [
  ...[
    ["won't", 'will not'],
    ["can't", 'can not'],
    ["let's", 'let us'],
    ["ain't", 'aint'],
    ["y'all", 'you all'],
    ['wanna', 'want to'],
    ['kinda', 'kind of'],
    ['sorta', 'sort of'],
    ['dunno', 'do not know'],
    ['gotta', 'got to'],
    ['gonna', 'going to'],
    ["i'ma", 'i am going to'],
    ['imma', 'i am going to'],
    ['woulda', 'would have'],
    ['coulda', 'could have'],
    ['shoulda', 'should have'],
    ['cause', 'because'],
    ["ma'am", 'madam'],
    ['mr', 'mister '],
    ['mrs', 'missus '],
    ['st', 'saint '],
    ['dr', 'doctor '],
    ['prof', 'professor '],
    ['capt', 'captain '],
    ['gov', 'governor '],
    ['ald', 'alderman '],
    ['gen', 'general '],
    ['sen', 'senator '],
    ['rep', 'representative '],
    ['pres', 'president '],
    ['rev', 'reverend '],
    ['hon', 'honorable '],
    ['asst', 'assistant '],
    ['assoc', 'associate '],
    ['lt', 'lieutenant '],
    ['col', 'colonel '],
    ['jr', 'junior '],
    ['sr', 'senior '],
    ['esq', 'esquire '],
  ].map(([word = '', text = '']) => [new RegExp(`${WORD_START}${word}${WORD_END}`, 'gu'), text] as const),
  ...[
    ["'d been", ' had been'],
    ["'s been", ' has been'],
    ["'d gone", ' had gone'],
    ["'s gone", ' has gone'],
    ["'d done", ' had done'],
    ["'s got", ' has got'],
    ["n't", ' not'],
    ["'re", ' are'],
    ["'s", ' is'],
    ["'d", ' would'],
    ["'ll", ' will'],
    ["'t", ' not'],
    ["'ve", ' have'],
    ["'m", ' am'],
  ].map(([ending = '', text = '']) => [new RegExp(`${ending}${WORD_END}`, 'gu'), text] as const),
]

/**
 * English text as Whisper's published error rates are counted on: numbers as digits, American spelling, contractions
 * written out, no fillers, no symbols. Meant to be applied to what was said and to what was recognized alike.
 *
 * Ref: openai-whisper whisper/normalizers/english.py EnglishTextNormalizer (MIT), with its quirks: "O'Neill" is "0 neill".
 */
export function whisperEnglish(text: string): string {
  let plain = text
    .toLowerCase()
    .replace(/[<[][^>\]]*[>\]]/gu, '')
    .replace(/\(([^)]+?)\)/gu, '')
    .replace(FILLERS, '')
    .replace(SPACE_BEFORE_APOSTROPHE, "'")
  for (const [pattern, replacement] of REPLACEMENTS) plain = plain.replace(pattern, replacement)
  plain = plain.replace(/(\p{Nd}),(\p{Nd})/gu, '$1$2').replace(/\.([^0-9]|$)/gu, ' $1')
  const standard = englishNumbers(withoutSymbolsAndDiacritics(plain, '.%$¢€£'))
  return withSingleSpaces(
    splitWords(standard)
      .map((word) => AMERICAN_SPELLINGS.get(word) ?? word)
      .join(' ')
      .replace(/[.$¢€£]([^0-9])/gu, ' $1')
      .replace(/([^0-9])%/gu, '$1 '),
  )
}
