import wrapAnsi from 'wrap-ansi'
import { terminalText } from '../core/terminal-text.js'

/** Ends a paragraph. */
export const PARAGRAPH_END = '\n'

/** Lines of a width for text without paragraphs. */
export function brokenAtWords(text: string, width: number): readonly string[] {
  return wrapAnsi(text, width, { trim: false, hard: true }).split('\n')
}

/** The rows of a line that the terminal breaks itself. */
export function wrappedRows(line: string, columns: number): readonly string[] {
  return wrapAnsi(line, columns, { trim: false, hard: true, wordWrap: false }).split('\n')
}

/** Rows that a line takes which the terminal breaks itself. */
export function rowsOf(line: string, columns: number): number {
  return wrappedRows(line, columns).length
}

/** Whether the last row of a line has no room for anything more. */
export function isFullRow(line: string, columns: number): boolean {
  return line !== '' && rowsOf(`${line}.`, columns) > rowsOf(line, columns)
}

/** Text without characters that would move the cursor, in the form that widths are counted in. */
export function printable(text: string): string {
  return terminalText(text.replace(/\p{Cc}+/gu, ' ')).normalize()
}
