import type { Word } from '../../core/types.js'

/** Scripts that write without spaces between words, and their punctuation. */
const SPACELESS =
  /[\p{scx=Han}\p{scx=Hiragana}\p{scx=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u
const SPACED_OUT = /\p{White_Space}*[^\p{White_Space}]+/gu
/** What opens something belongs to the word after it. */
const OPENING_END = /[\p{Ps}\p{Pi}\p{Sc}¿¡#@]+$/u

/** Whether this character is of a script that writes without spaces. */
export function isSpaceless(character: string | undefined): boolean {
  return character !== undefined && SPACELESS.test(character)
}

/** A text as a word that brings its own space: one before it, except where its script has none. */
export function withOwnSpace(text: string): string {
  const trimmed = text.trim().replace(/\p{White_Space}+/gu, ' ')
  return isSpaceless([...trimmed][0]) ? trimmed : ` ${trimmed}`
}

/** Where a text between two words is cut: what is before it belongs to the first one. */
export function seam(between: string): number {
  const space = between.search(/\p{White_Space}/u)
  return space >= 0 ? space : between.length - (OPENING_END.exec(between)?.[0].length ?? 0)
}

/** A text word by word; joined with nothing they are the text, white space aside. */
export function wordsOf(text: string): readonly string[] {
  return (text.match(SPACED_OUT) ?? []).flatMap((part, index) => {
    const trimmed = part.trim()
    const [first = '', ...rest] = [...trimmed].some(isSpaceless) ? spacelessWords(trimmed) : [trimmed]
    return [index === 0 ? withOwnSpace(first) : ` ${first}`, ...rest]
  })
}

/** Gives each word of a text the share of the time that its characters have. */
export function spread(text: string, begin: number, end: number): readonly Word[] {
  const words = wordsOf(text)
  const sizes = words.map((word) => [...word.trim()].length)
  const total = sizes.reduce((sum, size) => sum + size, 0)
  let before = 0
  return words.map((word, index) => {
    const at = (characters: number) => begin + ((end - begin) * characters) / total
    const [from, to] = [before, before + sizes[index]!]
    before = to
    return { begin: at(from), end: index === words.length - 1 ? end : at(to), text: word }
  })
}

const segmenter = new Intl.Segmenter(undefined, { granularity: 'word' })

function spacelessWords(text: string): readonly string[] {
  const words: string[] = []
  let opening = ''
  for (const { segment, isWordLike } of segmenter.segment(text)) {
    if (isWordLike) {
      words.push(opening + segment)
      opening = ''
    } else if (words.length === 0 || opening !== '' || OPENING_END.test(segment)) opening += segment
    else words[words.length - 1] += segment
  }
  if (opening !== '') words.push((words.pop() ?? '') + opening)
  return words
}
