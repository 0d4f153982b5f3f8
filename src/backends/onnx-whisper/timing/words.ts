/** A word as tokens: `from` to before `to` count in the list of text tokens. */
export interface TokenWord {
  readonly text: string
  readonly from: number
  readonly to: number
}

/** Languages that write without spaces: there words are what the runtime's dictionaries take for words. */
export const WITHOUT_SPACES: ReadonlySet<string> = new Set(['zh', 'ja', 'th', 'lo', 'my', 'yue', 'km'])
const OPENING = '"\'“¿([{-'
const CLOSING = '"\'.。,，!！?？:：”)]}、،؟؛۔।॥။'
/** Nothing but signs. */
export const PUNCTUATION = /^[\p{P}\p{S}]+$/u

/**
 * Groups text tokens to words: never in the middle of a character, with leading spaces kept, and punctuation joined to
 * the word it belongs to. A character whose last bytes are still to come is left out.
 *
 * Ref: openai-whisper tokenizer.py split_to_word_tokens, timing.py merge_punctuations.
 *
 * @param tokens the bytes of each text token
 * @param language code, for whether there are spaces between words
 */
export function groupWords(tokens: readonly Uint8Array[], language: string | null): readonly TokenWord[] {
  const pieces = wholeCharacters(tokens)
  const words = WITHOUT_SPACES.has(language ?? '') ? joinInWords(pieces, language!) : joinAtSpaces(pieces)
  return joinPunctuation(words)
}

function wholeCharacters(tokens: readonly Uint8Array[]): TokenWord[] {
  const pieces: TokenWord[] = []
  let from = 0
  for (let to = 1; to <= tokens.length; to++) {
    const text = textOf(tokens.slice(from, to))
    if (text === null) continue
    pieces.push({ text, from, to })
    from = to
  }
  return pieces
}

/** The text of whole tokens; null while their last character has bytes to come. */
function textOf(tokens: readonly Uint8Array[]): string | null {
  const bytes = Buffer.concat(tokens)
  return endsInsideCharacter(bytes) ? null : new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes)
}

/** Whether the last one to three bytes are the start of a longer UTF-8 character. */
function endsInsideCharacter(bytes: Uint8Array): boolean {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back]!
    if (byte < 0x80) return false
    if (byte >= 0xc0) return (byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2) > back
  }
  return false
}

/** Joins pieces up to where a word ends; a word may be shorter than a piece, which is then not cut. */
function joinInWords(pieces: readonly TokenWord[], language: string): TokenWord[] {
  const text = pieces.map((piece) => piece.text).join('')
  const ends = new Set(Array.from(segmenterOf(language).segment(text), ({ index, segment }) => index + segment.length))
  const words: TokenWord[] = []
  let end = 0
  let isOpen = false
  for (const piece of pieces) {
    end += piece.text.length
    if (isOpen) words[words.length - 1] = join(words.at(-1)!, piece)
    else words.push(piece)
    isOpen = !ends.has(end)
  }
  return words
}

const segmenters = new Map<string, Intl.Segmenter>()

function segmenterOf(language: string): Intl.Segmenter {
  const known = segmenters.get(language)
  if (known) return known
  const segmenter = new Intl.Segmenter(language, { granularity: 'word' })
  segmenters.set(language, segmenter)
  return segmenter
}

function joinAtSpaces(pieces: readonly TokenWord[]): TokenWord[] {
  const words: TokenWord[] = []
  for (const piece of pieces) {
    const last = words.at(-1)
    if (!last || piece.text.startsWith(' ') || PUNCTUATION.test(piece.text.trim())) words.push(piece)
    else words[words.length - 1] = join(last, piece)
  }
  return words
}

function joinPunctuation(words: readonly TokenWord[]): readonly TokenWord[] {
  const joined: TokenWord[] = []
  for (const word of words) {
    const last = joined.at(-1)
    const opens = last?.text.startsWith(' ') && OPENING.includes(last.text.trim())
    const closes = !last?.text.endsWith(' ') && CLOSING.includes(word.text)
    if (last && (opens || closes)) joined[joined.length - 1] = join(last, word)
    else joined.push(word)
  }
  return joined.filter((word) => word.text.trim() !== '')
}

function join(first: TokenWord, second: TokenWord): TokenWord {
  return { text: first.text + second.text, from: first.from, to: second.to }
}
