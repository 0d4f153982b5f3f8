import { brokenAtWords, isFullRow, PARAGRAPH_END, rowsOf, wrappedRows } from './text-flow.js'

/**
 * The line of committed text that grows at its end. What was written of it is never written elsewhere: a terminal moves
 * it when its width changes, and breaks it again.
 */
export class CommittedLine {
  readonly #breaksAnew: boolean
  /** What is written of the line. */
  #open = ''
  /** What is to be written. */
  #pending = ''

  /** @param breaksAnew whether the terminal breaks lines again when its width changes; else it cuts them off */
  constructor(breaksAnew: boolean) {
    this.#breaksAnew = breaksAnew
  }

  /** Whether the line has text. */
  get isOpen(): boolean {
    return this.#open !== ''
  }

  /** Whether there is text to be written. */
  get isWaiting(): boolean {
    return this.#pending.includes(PARAGRAPH_END) || this.#pending.trim() !== ''
  }

  /** Adds text to be written. */
  add(text: string): void {
    this.#pending += text
  }

  /** Gives what is to be written at the end of the line; full lines, which end there, with their line feeds. */
  settle(columns: number): string {
    const [first = '', ...paragraphs] = this.#pending.split(PARAGRAPH_END)
    this.#pending = ''
    let written = this.#append(first, columns)
    for (const paragraph of paragraphs) written += this.end() + this.#append(paragraph, columns)
    return written
  }

  /** Ends the line, and gives the line feed for it. */
  end(): string {
    const ending = this.#open === '' ? '' : '\n'
    this.#open = ''
    return ending
  }

  /** Text after the line, broken at words: the first part goes on in its last row, the others are lines. */
  followedBy(text: string, columns: number): readonly string[] {
    const width = Math.max(1, columns - 1)
    const before = this.lastRow(columns)
    const [first = '', ...lines] = brokenAtWords(before + text, width)
    // The break would be in what is written already.
    if (first.length < before.length) return ['', ...brokenAtWords(text.trimStart(), width)]
    return [first.slice(before.length), ...lines]
  }

  /** A row that has become full ends the line. @returns whether it does */
  endIfFull(columns: number): boolean {
    const isFull = this.#breaksAnew && isFullRow(this.#open, columns)
    if (isFull) this.#open = ''
    return isFull
  }

  /** What stands in the row in which the line goes on. */
  lastRow(columns: number): string {
    return this.#breaksAnew ? (wrappedRows(this.#open, columns).at(-1) ?? '') : this.#open
  }

  /** Rows that the line takes. */
  rowCount(columns: number): number {
    return this.rows(this.#open, columns)
  }

  /** Rows from the one in which the line goes on to its last one, when this text follows it. */
  rowsFromEnd(following: string, columns: number): number {
    if (!this.#breaksAnew) return 1
    const own = rowsOf(this.#open, columns)
    return rowsOf(this.#open + following, columns) - (isFullRow(this.#open, columns) ? own : own - 1)
  }

  /** Rows that a line takes. */
  rows(line: string, columns: number): number {
    return this.#breaksAnew ? rowsOf(line, columns) : 1
  }

  #append(text: string, columns: number): string {
    const shown = this.isOpen ? text.trimEnd() : text.trim()
    // A space at the end is written when something follows.
    this.#pending = text.trimEnd() === text ? '' : ' '
    if (shown === '') return ''
    const [first = '', ...lines] = this.followedBy(shown, columns)
    const last = lines.at(-1)
    this.#open = last === undefined ? this.#open + first : last.trimStart()
    const rest = lines.map((line, index) => (index === lines.length - 1 ? line.trimStart() : line.trim()))
    return [lines.length > 0 ? first.trimEnd() : first, ...rest].join('\n')
  }
}
