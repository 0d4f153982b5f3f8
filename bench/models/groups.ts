import { hasSpaces } from '../../src/evaluation/material/spoken.js'
import { errorsByWord } from '../alignment.js'
import type { Recording } from '../corpus.js'
import type { OutputLine } from '../measures.js'
import { score, scoringWords } from '../measures.js'

/** Recordings whose errors are added. */
export interface Group {
  readonly name: string
  /** What is counted. */
  readonly unit: 'words' | 'characters'
}

/** How well one program heard one recording. */
export interface Heard {
  readonly recording: string
  /** Errors of each word, or character, of the reference. */
  readonly errors: readonly number[]
  /** As {@link score} gives them; empty where the reference has no times. */
  readonly lags: readonly number[]
}

/** English, other languages with spaces between words, and each language without them for itself. */
export function groupOf(language: string): Group {
  if (!hasSpaces(language)) return { name: `${language}, by characters`, unit: 'characters' }
  return { name: language === 'en' ? 'English' : 'other languages', unit: 'words' }
}

/** Errors of what a program printed, in the unit of the language. */
export function heardWell(recording: Recording, lines: readonly OutputLine[]): Heard {
  const { name, language, words } = recording
  const units = unitsOf(groupOf(language).unit)
  const recognized = units(lines.map((line) => line.text).join(''))
  return { recording: name, errors: errorsByWord(units(saidIn(recording)), recognized), lags: score(words, lines).lags }
}

/** How many errors all words of a recording have. */
export function errorsOf({ errors }: Heard): number {
  return errors.reduce((sum, count) => sum + count, 0)
}

/** All that is said in a recording. */
export function saidIn({ text, words }: Recording): string {
  return words.length > 0 ? words.map(({ word }) => word).join(' ') : text
}

/** How a text is cut into what is counted. */
export function unitsOf(unit: Group['unit']): (text: string) => string[] {
  if (unit === 'words') return scoringWords
  return (text) => [...scoringWords(text.normalize('NFKC')).join('')]
}
