/** Programs of other times and places write a letter in one byte, and which one it is, the place says. */
const ONE_BYTE = ['windows-1252', 'windows-1251', 'koi8-r', 'windows-1253'] as const
/** Scripts of thousands of characters need two. */
const TWO_BYTES = ['shift_jis', 'euc-jp', 'gb18030', 'big5', 'euc-kr'] as const
/** What text of words has at least of lower-case letters, and of spaces; quiet audio has the one, loud audio the other. */
const MIN_LOWER_SHARE = 0.5
const MIN_SPACE_SHARE = 0.03
/** What text of any language has at least of letters. */
const MIN_LETTER_SHARE = 0.5
/** So many different letters stand at the begin of text. */
const MIN_WIDE_LETTERS = 3
/** What text of characters has at least of the common ones. */
const MIN_COMMON_SHARE = 0.8
const COMMON = /[\u3001-\u30ff\u4e00-\u9fff\uac00-\ud7af\uff01-\uff5e]/gu
/** Common characters stand in the first rows of what an encoding has; chance takes one from anywhere. */
const VERY_COMMON = /[\u3041-\u30ff\uac00-\ud7af的一是不了在有人我他这這中大来上国國]/gu
const MIN_VERY_COMMON_SHARE = 0.05

/** The text that bytes are; null: they are not surely text, in no encoding that is known. */
export function textOfBytes(bytes: Uint8Array): string | null {
  const utf8 = decoded(bytes, 'utf-8')
  if (utf8 !== null) return asText(utf8)
  for (const encoding of ONE_BYTE) {
    const text = asText(decoded(bytes, encoding))
    if (text !== null && isOfWords(text)) return text
  }
  for (const encoding of TWO_BYTES) {
    const text = asText(decoded(bytes, encoding))
    if (text !== null && isOfCharacters(text)) return text
  }
  return null
}

/** The text that bytes are which begin with the mark of UTF-16, as PowerShell writes it; else null. */
export function markedTextOf(bytes: Uint8Array): string | null {
  const encoding = markOf(bytes)
  const text = encoding === null ? null : asText(decoded(bytes, encoding))
  return text !== null && share(text, /\p{L}/gu) > MIN_LETTER_SHARE ? text : null
}

/** The text of Western languages that bytes are, in two or four bytes a character and without a mark; null: they are none. */
export function wideTextOf(bytes: Uint8Array): string | null {
  for (const width of [2, 4]) {
    for (const last of [0, width - 1]) {
      const low = bytes.filter((_, at) => at % width === last)
      const isWide = bytes.every((byte, at) => at % width === last || byte === 0)
      const text = isWide ? asText(new TextDecoder('latin1').decode(low)) : null
      if (text !== null && isOfWords(text)) return text
    }
  }
  return null
}

/** Whether bytes have none that text has not, in any encoding but those of two bytes with zeros; colors of a terminal are text. */
export function mayBeText(bytes: Uint8Array): boolean {
  return bytes.length > 0 && !bytes.some((byte) => byte < 0x20 && !(byte >= 9 && byte <= 13) && byte !== 0x1b)
}

/** Whether bytes begin with the mark of UTF-16, or are those of text with zeros between them. */
export function mayBeWideText(bytes: Uint8Array): boolean {
  const letters = bytes.filter((byte) => byte !== 0)
  const areText = letters.length < bytes.length && new Set(letters).size >= MIN_WIDE_LETTERS && mayBeText(letters)
  return areText || markOf(bytes) !== null
}

function markOf([first, second]: Uint8Array): 'utf-16le' | 'utf-16be' | null {
  if (first === 0xff && second === 0xfe) return 'utf-16le'
  return first === 0xfe && second === 0xff ? 'utf-16be' : null
}

/** The text itself if it has no character that text has not. */
function asText(text: string | null): string | null {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  return text !== null && text.length > 0 && !/[\0-\x08\x0e-\x1a\x1c-\x1f\x7f-\x9f]/.test(text) ? text : null
}

/** Null when they are not in that encoding; a character that is cut off at the end is left out. */
function decoded(bytes: Uint8Array, encoding: string): string | null {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes, { stream: true })
  } catch {
    return null
  }
}

function isOfWords(text: string): boolean {
  return share(text, /\p{Ll}/gu) > MIN_LOWER_SHARE && share(text, /\s/gu) > MIN_SPACE_SHARE
}

function isOfCharacters(text: string): boolean {
  return share(text, COMMON) > MIN_COMMON_SHARE && share(text, VERY_COMMON) > MIN_VERY_COMMON_SHARE
}

function share(text: string, pattern: RegExp): number {
  return (text.match(pattern)?.length ?? 0) / [...text].length
}
