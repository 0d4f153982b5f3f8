import type { EmittedSegment } from '../material/run.js'
import { hasSpaces, type SpokenWord } from '../material/spoken.js'
import { plainCharacters, WORD_CHARACTER, withoutEdges } from '../normalizers/basic.js'

/** A word (or a character, of languages without spaces) that was said, in its plain form, with its time in seconds. */
export interface SaidUnit {
  readonly text: string
  readonly start: number
  readonly end: number
}

/** The same of what was recognized, with the times of its emission. */
export interface RecognizedUnit extends SaidUnit {
  readonly emittedSec: number
  readonly awareSec: number
}

/** The units of the words of a reference. */
export function saidUnits(words: readonly SpokenWord[], language: string | null): readonly SaidUnit[] {
  const splitter = new Splitter<SpokenWord>(hasSpaces(language))
  for (const word of words) {
    splitter.take(word.word, word)
    splitter.space()
  }
  return splitter.units().map(({ text, first, last }) => ({ text, start: first.start, end: last.end }))
}

/** The units of final text. A word that is split over two segments is emitted with the second. */
export function recognizedUnits(
  finals: readonly EmittedSegment[],
  separator: string,
  language: string | null,
): readonly RecognizedUnit[] {
  const splitter = new Splitter<RecognizedUnit>(hasSpaces(language))
  for (const { segment, emittedSec, awareSec } of finals) {
    for (const { text, begin, end } of segment.words) {
      splitter.take(text, { text, start: begin, end, emittedSec, awareSec })
      if (separator !== '') splitter.space()
    }
  }
  return splitter.units().map(({ text, first, last }) => ({ ...last, text, start: first.start }))
}

/** A unit and the words that its first and its last character are of. */
interface UnitPiece<Source> {
  readonly text: string
  readonly first: Source
  readonly last: Source
}

/** Splits text into units, and knows where each comes from. */
class Splitter<Source> {
  readonly #isByWord: boolean
  readonly #pieces: UnitPiece<Source>[] = []
  #open: UnitPiece<Source> | null = null

  constructor(isByWord: boolean) {
    this.#isByWord = isByWord
  }

  take(text: string, source: Source): void {
    for (const character of plainCharacters(text)) {
      if (!WORD_CHARACTER.test(character)) this.space()
      else if (this.#open === null) this.#open = { text: character, first: source, last: source }
      else this.#open = { ...this.#open, text: this.#open.text + character, last: source }
      if (!this.#isByWord) this.space()
    }
  }

  space(): void {
    if (this.#open === null) return
    const text = withoutEdges(this.#open.text)
    if (text !== '') this.#pieces.push({ ...this.#open, text })
    this.#open = null
  }

  units(): readonly UnitPiece<Source>[] {
    this.space()
    return this.#pieces
  }
}
