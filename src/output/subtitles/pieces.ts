import type { Word } from '../../core/types.js'
import { charactersOf, widthOf } from './width.js'

/** What stands in a line and is not broken: a word, or a part of what has no spaces. */
export interface CuePiece {
  /** Milliseconds of the stream. */
  readonly beginMs: number
  /** Milliseconds of the stream, not before `beginMs`. */
  readonly endMs: number
  /** Without spaces. */
  readonly text: string
  /** Whether there is a space before it, or would be, in the middle of a line. */
  readonly hasSpace: boolean
}

/** What a reader would not see, or would see in another order, and line breaks: they are spaces. */
const BLANK = /[\s\p{Cc}\u2028\u2029\u202a-\u202e\u2060\u2066-\u2069\ufeff]+/gu
/** Letters of scripts that write words without spaces, and their punctuation. */
const WITHOUT_SPACES =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}\u3000-\u303f\u30fb-\u30ff\uff00-\uff65]/u
/** What does not begin a line: closing marks, small kana, marks of length. */
const NOT_AT_BEGIN = /^[\p{Pe}\p{Pf}\p{Po}々ー～ぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮヵヶๆฯ\p{M}]/u
/** What does not end a line. */
const NOT_AT_END = /[\p{Ps}\p{Pi}]$/u
/** So many characters before a place say whether a word ends there. */
const CONTEXT_CHARACTERS = 24

const words = new Intl.Segmenter(undefined, { granularity: 'word' })

/**
 * Takes words apart into what is not broken. Words that cannot be told apart from what follows without a space are joined.
 *
 * @param given words in order, with the spaces that they bring
 * @param separator what joins them
 * @param maxWidth columns; what is wider is cut
 * @param before the piece before them; null: there is none
 */
export function cuePieces(
  given: readonly Word[],
  separator: string,
  maxWidth: number,
  before: CuePiece | null,
): readonly CuePiece[] {
  const pieces: CuePiece[] = []
  let endMs = before?.endMs ?? 0
  let isSpaced = separator !== ''
  for (const { begin, end, text } of given) {
    const clean = text.replace(BLANK, ' ')
    const own = clean.trim()
    const hasSpace = isSpaced || clean.startsWith(' ')
    isSpaced = separator !== '' || (own === '' ? hasSpace : clean.endsWith(' '))
    if (own === '') continue
    const from = Math.max(finite(begin * 1000, endMs), before?.beginMs ?? 0, pieces.at(-1)?.beginMs ?? 0)
    const to = Math.max(from, finite(end * 1000, from))
    for (const part of partsOf(own, from, to, hasSpace)) addPiece(pieces, part)
    endMs = to
  }
  return pieces.flatMap((piece) => cut(piece, maxWidth))
}

/** The text of pieces, as it stands in a line. */
export function lineText(pieces: readonly CuePiece[]): string {
  return pieces.map(({ text, hasSpace }, index) => (index > 0 && hasSpace ? ' ' : '') + text).join('')
}

/** Whether a line may be broken between two pieces that no space parts. */
export function breaksWithoutSpace(before: string, after: string): boolean {
  const [last = ''] = charactersOf(before).slice(-1)
  const [first = ''] = charactersOf(after.slice(0, 8))
  if (!WITHOUT_SPACES.test(last) && !WITHOUT_SPACES.test(first)) return false
  if (NOT_AT_BEGIN.test(after) || NOT_AT_END.test(before)) return false
  if (!WITHOUT_SPACES.test(last) || !WITHOUT_SPACES.test(first)) return true
  const context = before.slice(-CONTEXT_CHARACTERS)
  const border = context.length
  for (const { index } of words.segment(context + after.slice(0, CONTEXT_CHARACTERS))) {
    if (index >= border) return index === border
  }
  return true
}

function finite(ms: number, otherwise: number): number {
  return Math.max(0, Number.isFinite(ms) ? Math.round(ms) : otherwise)
}

/** Spaces in a word part it, as do borders of words in scripts without spaces; times are shared out by length. */
function partsOf(text: string, from: number, to: number, hasSpace: boolean): readonly CuePiece[] {
  const parts = text.split(' ').flatMap((one, index) =>
    (WITHOUT_SPACES.test(one) ? Array.from(words.segment(one), ({ segment }) => segment) : [one]).map((part, at) => ({
      text: part,
      hasSpace: at === 0 && (index > 0 || hasSpace),
    })),
  )
  return timed(parts, from, to)
}

function timed(parts: readonly Pick<CuePiece, 'text' | 'hasSpace'>[], from: number, to: number): readonly CuePiece[] {
  const total = parts.reduce((sum, { text }) => sum + text.length, 0)
  let done = 0
  return parts.map((part) => {
    const beginMs = Math.round(from + ((to - from) * done) / total)
    done += part.text.length
    return { ...part, beginMs, endMs: Math.round(from + ((to - from) * done) / total) }
  })
}

function addPiece(pieces: CuePiece[], piece: CuePiece): void {
  const last = pieces.at(-1)
  if (last === undefined || piece.hasSpace || breaksWithoutSpace(last.text, piece.text)) {
    pieces.push(piece)
    return
  }
  pieces[pieces.length - 1] = { ...last, text: last.text + piece.text, endMs: Math.max(last.endMs, piece.endMs) }
}

/** What is wider than a line is cut between characters. */
function cut(piece: CuePiece, maxWidth: number): readonly CuePiece[] {
  if (widthOf(piece.text) <= maxWidth) return [piece]
  const parts: string[] = []
  let open = ''
  for (const character of charactersOf(piece.text)) {
    if (open !== '' && widthOf(open + character) > maxWidth) {
      parts.push(open)
      open = ''
    }
    open += character
  }
  const texts = [...parts, open].map((text, index) => ({ text, hasSpace: index === 0 && piece.hasSpace }))
  return timed(texts, piece.beginMs, piece.endMs)
}
