import wrapAnsi from 'wrap-ansi'
import { terminalText } from '../terminal-text.js'

/** Ends a paragraph. */
export const PARAGRAPH_END = '\n'

/** Text that has been broken into lines of a terminal. */
export interface Flow {
  /** Lines that are full: nothing that follows changes them. Those that end a paragraph end with `PARAGRAPH_END`. */
  readonly full: readonly string[]
  /** The last line, which grows. */
  readonly open: string
}

/**
 * Breaks text at words. The lines together are the text, character by character; the spaces at their ends are not to be
 * shown.
 */
export function flow(text: string, width: number): Flow {
  const paragraphs = text.split(PARAGRAPH_END)
  const lines = paragraphs.flatMap((paragraph, index) => {
    const own = brokenAtWords(paragraph, width)
    const isLast = index === paragraphs.length - 1
    return own.map((line, at) => (isLast || at < own.length - 1 ? line : line + PARAGRAPH_END))
  })
  return { full: lines.slice(0, -1), open: lines.at(-1) ?? '' }
}

/** Lines of a width for text without paragraphs. */
export function brokenAtWords(text: string, width: number): readonly string[] {
  return wrapAnsi(text, width, { trim: false, hard: true }).split('\n')
}

/** Rows of a terminal that a line takes which it breaks itself. */
export function rowsOf(line: string, columns: number): number {
  return wrapAnsi(line, columns, { trim: false, hard: true, wordWrap: false }).split('\n').length
}

/** Text without characters that would move the cursor, in the form that widths are counted in. */
export function printable(text: string): string {
  return terminalText(text.replace(/\p{Cc}+/gu, ' ')).normalize()
}
