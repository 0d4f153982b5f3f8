import { isSpaceless } from './pieces.js'

/** Words that may be missing in the text at one place, and letters that may be missing among the words. */
const MAX_WORDS_APART = 40
const MAX_LETTERS_APART = 400
/** A whole word of so many letters is the same one, whatever follows. */
const TELLING_LETTERS = 4
const LETTER = /^[\p{L}\p{N}\p{M}]$/u

/** Letters and digits of a text, in lower case, and where they are. */
interface Letters {
  readonly letters: readonly string[]
  /** Offsets in the text of the character that a letter comes from: of its start, and of what is after it. */
  readonly begins: readonly number[]
  readonly ends: readonly number[]
  /** Whether a word may begin at a letter. */
  readonly isStart: readonly boolean[]
}

/** Words and the stretch of text that says the same. */
export interface Match {
  /** The words from `first` to before `last`; none of them: the text has something that no word says. */
  readonly first: number
  readonly last: number
  /** Where the first of their letters is in the text, and what is after the last; null: the text has none. */
  readonly span: readonly [begin: number, end: number] | null
}

/**
 * Finds words in the text that they make up, in order. Only letters and digits count, in any case: lists of words often
 * come without the punctuation that the text has. Where the two differ, what lies between places that agree goes together.
 */
export function matchWords(text: string, words: readonly string[]): readonly Match[] {
  const haystack = lettersOf(text)
  const needles = words.map((word) => lettersOf(word).letters)
  const matches: Match[] = []
  let [word, at] = [0, 0]
  const take = (lastWord: number, lastLetter: number) => {
    const span = lastLetter > at ? ([haystack.begins[at]!, haystack.ends[lastLetter - 1]!] as const) : null
    if (lastWord > word || span !== null) matches.push({ first: word, last: lastWord, span })
    word = lastWord
    at = lastLetter
  }
  for (;;) {
    const meeting = isAt(haystack, needles[word], at) ? { word, at } : nextMeeting(haystack, needles, word, at)
    if (meeting === null) break
    take(meeting.word, meeting.at)
    take(word + 1, at + needles[word]!.length)
  }
  take(words.length, haystack.letters.length)
  return matches
}

/** The nearest word and place that agree; where the word is short, the one after it has to agree as well. */
function nextMeeting(
  haystack: Letters,
  needles: readonly (readonly string[])[],
  word: number,
  at: number,
): { readonly word: number; readonly at: number } | null {
  const lastWord = Math.min(needles.length, word + MAX_WORDS_APART)
  const lastPlace = Math.min(haystack.letters.length, at + MAX_LETTERS_APART)
  let nearest: { readonly word: number; readonly at: number } | null = null
  let least = Number.POSITIVE_INFINITY
  let skipped = 0
  for (let later = word; later < lastWord && skipped < least; later++) {
    for (let place = at; place < lastPlace && skipped + place - at < least; place++) {
      if (!haystack.isStart[place] || !agrees(haystack, needles, later, place)) continue
      nearest = { word: later, at: place }
      least = skipped + place - at
    }
    skipped += needles[later]!.length
  }
  return nearest
}

function agrees(haystack: Letters, needles: readonly (readonly string[])[], word: number, place: number): boolean {
  const needle = needles[word]!
  if (!isAt(haystack, needle, place)) return false
  const end = place + needle.length
  const isWhole = end === haystack.letters.length || haystack.isStart[end]
  if (isWhole && needle.length >= TELLING_LETTERS) return true
  const next = needles.slice(word + 1, word + MAX_WORDS_APART).find(({ length }) => length > 0)
  return next === undefined ? end === haystack.letters.length : isAt(haystack, next, end)
}

function isAt({ letters }: Letters, needle: readonly string[] | undefined, at: number): boolean {
  if (needle === undefined || needle.length === 0) return false
  return needle.every((letter, index) => letters[at + index] === letter)
}

function lettersOf(text: string): Letters {
  const found = { letters: [] as string[], begins: [] as number[], ends: [] as number[], isStart: [] as boolean[] }
  let offset = 0
  let before = ''
  for (const character of text) {
    const end = offset + character.length
    if (LETTER.test(character)) {
      // One character may become several letters, as a ligature does.
      for (const letter of character.normalize('NFKC').toLowerCase()) {
        found.letters.push(letter)
        found.begins.push(offset)
        found.ends.push(end)
        found.isStart.push(!LETTER.test(before) || isSpaceless(character))
      }
    }
    before = character
    offset = end
  }
  return found
}
