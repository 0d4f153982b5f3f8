import type { Word } from '../../core/types.js'
import type { AnsweredWord } from './answer.js'
import { type Match, matchWords } from './match.js'
import { isSpaceless, seam, spread, withOwnSpace } from './pieces.js'

/** A word, and where in the text it is; null: the text does not have it. */
export interface PlacedWord extends Word {
  readonly offset: number | null
}

/** Words that go together, with times and a stretch of the text. */
interface TextSpan {
  readonly begin: number
  readonly end: number
  readonly span: readonly [begin: number, end: number] | null
  /** Its words as the list has them. */
  readonly words: readonly AnsweredWord[]
  /** Whether the text has other words there than the list: then they share the time. */
  readonly isLoose: boolean
}

/**
 * Joins the times of a list of words with the spelling, punctuation and spacing of their text. The text is right where
 * the two differ; a word that the text has nothing for is kept as it is.
 */
export function timedText(text: string, words: readonly AnsweredWord[]): readonly PlacedWord[] {
  const matches = matchWords(
    text,
    words.map((word) => word.text),
  )
  const stretches = joined(
    text,
    matches.map((match, index) => stretchOf(match, words, matches[index + 1])),
  )
  const placed = stretches.filter(({ span }) => span !== null)
  return stretches.flatMap((stretch) => {
    const { span, begin, end, isLoose } = stretch
    if (span === null) return bare(stretch.words)
    const index = placed.indexOf(stretch)
    const from = index === 0 ? 0 : cutBetween(text, placed[index - 1]!, stretch)
    const to = index === placed.length - 1 ? text.length : cutBetween(text, stretch, placed[index + 1]!)
    const own = text.slice(from, to)
    if (isLoose) return spread(own, begin, end).map((word, i) => ({ ...spaced(word, from, i, own), offset: span[0] }))
    const spelt = spaced({ begin, end, text: withOwnSpace(own) }, from, 0, own)
    return [{ ...spelt, ...probabilityOf(stretch.words), offset: span[0] }]
  })
}

function stretchOf({ first, last, span }: Match, words: readonly AnsweredWord[], next: Match | undefined): TextSpan {
  const own = words.slice(first, last)
  const begin = own[0]?.begin ?? words[first - 1]?.end ?? 0
  // What no word says was said between the words around it.
  const end = own.at(-1)?.end ?? (next ? words[next.first]?.begin : undefined) ?? begin
  return { begin, end: Math.max(begin, end), span, words: own, isLoose: own.length !== 1 }
}

/** Joins what the text writes in one: "well", "known" is one word where the text has "well-known". */
function joined(text: string, stretches: readonly TextSpan[]): readonly TextSpan[] {
  const result: TextSpan[] = []
  for (const stretch of stretches) {
    const before = result.at(-1)
    if (!before || !isOneWord(text, before, stretch)) {
      result.push(stretch)
      continue
    }
    result[result.length - 1] = {
      begin: before.begin,
      end: Math.max(before.end, stretch.end),
      span: [before.span![0], stretch.span![1]],
      words: [...before.words, ...stretch.words],
      isLoose: before.isLoose || stretch.isLoose,
    }
  }
  return result
}

function isOneWord(text: string, { span: left }: TextSpan, { span: right }: TextSpan): boolean {
  if (left === null || right === null) return false
  // A character has at most two places.
  const before = [...text.slice(Math.max(0, left[1] - 2), left[1])].at(-1)
  const [after] = text.slice(right[0], right[0] + 2)
  return !/\p{White_Space}/u.test(text.slice(left[1], right[0])) && !isSpaceless(before) && !isSpaceless(after)
}

function cutBetween(text: string, { span: left }: TextSpan, { span: right }: TextSpan): number {
  return left![1] + seam(text.slice(left![1], right![0]))
}

/** Only at the start of the text it is not known whether there was a space. */
function spaced(word: Word, from: number, index: number, own: string): Word {
  if (index > 0 || from === 0) return word
  return { ...word, text: (/^\p{White_Space}/u.test(own) ? ' ' : '') + word.text.trimStart() }
}

function bare(words: readonly AnsweredWord[]): readonly PlacedWord[] {
  // Signs alone belong to a text that has them.
  const spoken = words.filter(({ text }) => /[\p{L}\p{N}]/u.test(text))
  return spoken.map((word) => ({ ...word, text: withOwnSpace(word.text), offset: null }))
}

function probabilityOf(words: readonly AnsweredWord[]): { readonly probability?: number } {
  const known = words.flatMap(({ probability }) => probability ?? [])
  if (known.length === 0 || known.length < words.length) return {}
  return { probability: known.reduce((sum, one) => sum + one, 0) / known.length }
}
