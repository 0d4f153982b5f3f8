import type { Word } from '../../src/core/types.js'
import { align } from '../alignment.js'
import type { Recording } from '../corpus.js'
import { scoringWords } from '../measures.js'

/** Languages that are compared character by character. */
const WITHOUT_SPACES: ReadonlySet<string> = new Set(['ja', 'zh', 'th'])

/** A word that was heard, beside what was said. */
export interface JudgedWord {
  readonly word: Word
  /** Whether all that it consists of was said. */
  readonly isRight: boolean
  /** When it was said, in seconds; null: not known, as of wrong ones. */
  readonly said: { readonly start: number; readonly end: number } | null
}

/** What is compared, and the index of each word that it is a part of. */
interface Unit {
  readonly text: string
  readonly of: readonly number[]
}

/**
 * Judges the words of a text by the minimal alignment of its words with the reference, in the form in which word errors are
 * counted. Words that are nothing but signs are left out.
 */
export function judgedWords({ language, text, words }: Recording, heard: readonly Word[]): readonly JudgedWord[] {
  const byCharacter = WITHOUT_SPACES.has(language)
  const said = words.flatMap(({ word, start, end }) => scoringWords(word).map((one) => ({ text: one, start, end })))
  const reference = byCharacter ? [...scoringWords(text).join('')] : said.map((one) => one.text)
  const units = unitsOf(heard, byCharacter)
  const steps = align(
    reference,
    units.map((unit) => unit.text),
  )
  const judged = new Map<number, JudgedWord>()
  for (const { kind, said: place, recognized } of steps) {
    const unit = units[recognized]
    if (kind === 'deletion' || !unit) continue
    for (const index of unit.of) {
      const before = judged.get(index)
      const isRight = kind === 'match' && before?.isRight !== false
      const isAlone = before === undefined && unit.of.length === 1
      judged.set(index, { word: heard[index]!, isRight, said: isRight && isAlone ? (said[place] ?? null) : null })
    }
  }
  return [...judged].sort(([one], [other]) => one - other).map(([, word]) => word)
}

/** The scoring words of a text, each with the words that its characters come from: a word may have several, or share one. */
function unitsOf(heard: readonly Word[], byCharacter: boolean): readonly Unit[] {
  const marked = heard.flatMap(({ text }, index) => [...text].map((character) => ({ character, index })))
  const units: Unit[] = []
  let open: typeof marked = []
  const close = () => {
    const [text] = scoringWords(open.map(({ character }) => character).join(''))
    if (text !== undefined) units.push({ text, of: [...new Set(open.map(({ index }) => index))] })
    open = []
  }
  for (const one of marked) {
    const isSaid = /[\p{L}\p{M}\p{N}'’]/u.test(one.character)
    if (isSaid) open.push(one)
    if (!isSaid || byCharacter) close()
  }
  close()
  return units
}
