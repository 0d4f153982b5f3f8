import { styleText } from 'node:util'
import ansiEscapes from 'ansi-escapes'
import { createLogUpdate } from 'log-update'
import type { Segment } from '../types.js'
import { brokenAtWords, flow, PARAGRAPH_END, printable, rowsOf } from './text-flow.js'

/** Full lines that are remembered, to be broken anew when the terminal changes: more than any terminal is high. */
const MOST_REMEMBERED = 300
/** A pause of so many seconds begins a new paragraph. */
const PARAGRAPH_PAUSE_SEC = 2
/** Rows that are left alone: the one the cursor is in. */
const CURSOR_ROWS = 1

/** A terminal, as `process.stdout` is one. */
export interface Terminal {
  readonly isTTY: boolean
  readonly columns: number
  readonly rows: number
  write(text: string): boolean
  on(event: 'resize', listener: () => void): unknown
  off(event: 'resize', listener: () => void): unknown
}

/**
 * Text as it is being said: what is committed grows, the rest behind it is replaced in place, and under it stands what
 * is going on. Full lines are written once and belong to the terminal.
 */
export class LiveView {
  readonly #terminal: Terminal
  readonly #isStyled: boolean
  readonly #update: ReturnType<typeof createLogUpdate>
  readonly #onResize = () => this.#breakAnew()
  #separator = ' '
  /** The newest full lines, as `flow` gives them. */
  #full: string[] = []
  #open = ''
  #rest = ''
  #status = ''
  #shown: readonly string[] = []
  #lastEnd: number | null = null
  #drawing: NodeJS.Immediate | undefined

  /** @param isStyled whether what may still change is dim; else it stands in brackets */
  constructor(terminal: Terminal, isStyled: boolean) {
    this.#terminal = terminal
    this.#isStyled = isStyled
    this.#update = createLogUpdate(terminal as NodeJS.WriteStream)
    terminal.on('resize', this.#onResize)
  }

  /** @param separator what joins words */
  begin(separator: string): void {
    this.#separator = separator
  }

  /** Adds committed text. */
  commit({ begin, end, text }: Segment): void {
    const isNewParagraph = this.#lastEnd !== null && begin - this.#lastEnd > PARAGRAPH_PAUSE_SEC
    this.#open = this.#joined(this.#open + (isNewParagraph ? PARAGRAPH_END : ''), text)
    this.#lastEnd = end
    this.#drawSoon()
  }

  /** Replaces what may still change. */
  unconfirmed(rest: Segment | null): void {
    this.#rest = rest ? this.#marked(printable(rest.text)) : ''
    this.#drawSoon()
  }

  /** Replaces the line that says what is going on; empty: none. */
  status(text: string): void {
    this.#status = printable(text)
    this.#drawSoon()
  }

  /** Steps aside while something else is written to the terminal. */
  aside(write: () => void): void {
    this.#update.clear()
    write()
    this.#shown = []
    this.#draw()
  }

  /** Leaves the committed text on the terminal, and nothing else. */
  close(): void {
    this.#terminal.off('resize', this.#onResize)
    clearImmediate(this.#drawing)
    this.#settle()
    this.#update.clear()
    if (this.#open.trim() !== '') this.#update.persist(this.#open.trim())
    this.#update.done()
  }

  get #width(): number {
    return Math.max(1, this.#terminal.columns - 1)
  }

  #joined(before: string, text: string): string {
    const isBegin = before === '' || before.endsWith(PARAGRAPH_END)
    return before + (isBegin ? printable(text).trimStart() : this.#separator + printable(text))
  }

  #settle(): void {
    const { full, open } = flow(this.#open, this.#width)
    for (const line of full) this.#update.persist(line.trim())
    this.#full = [...this.#full, ...full].slice(-MOST_REMEMBERED)
    this.#open = open
  }

  /** What an update changes is shown at once, not one after the other. */
  #drawSoon(): void {
    this.#drawing ??= setImmediate(() => this.#draw())
  }

  #draw(): void {
    clearImmediate(this.#drawing)
    this.#drawing = undefined
    this.#settle()
    const text = this.#textLines()
    const status = this.#status === '' ? [] : [this.#styled(brokenAtWords(this.#status, this.#width)[0] ?? '')]
    const room = Math.max(1, this.#terminal.rows - CURSOR_ROWS - status.length)
    this.#shown = [...text.slice(-room), ...status]
    if (this.#shown.length > 0) this.#update(this.#shown.join('\n'))
    else this.#update.clear()
  }

  /** The open line and the rest behind it, each character in its style. */
  #textLines(): readonly string[] {
    if (this.#open === '' && this.#rest === '') return []
    const whole = this.#rest === '' ? this.#open : this.#joined(this.#open, this.#rest)
    let committed = this.#open.length
    return brokenAtWords(whole, this.#width).map((line) => {
      const [sure, rest] = [line.slice(0, Math.max(0, committed)), line.slice(Math.max(0, committed))]
      committed -= line.length
      return sure.trim() === '' ? this.#styled(rest.trim()) : sure.trimStart() + this.#styled(rest.trimEnd())
    })
  }

  #marked(rest: string): string {
    if (this.#isStyled) return rest
    return `${this.#separator === '' ? ' ' : ''}[${rest.trim()}]`
  }

  #styled(text: string): string {
    return text === '' || !this.#isStyled ? text : styleText('dim', text, { validateStream: false })
  }

  /**
   * After a change of size: terminals break the lines that are too long for them, so that what is shown takes more rows
   * than it did. It is taken away and broken anew, together with the full lines that are in sight, which a terminal
   * that breaks nothing has cut off.
   */
  #breakAnew(): void {
    const { columns, rows } = this.#terminal
    if (!columns || !rows) return
    const height = (line: string) => rowsOf(line.trim(), columns)
    let used = this.#shown.reduce((sum, line) => sum + height(line), CURSOR_ROWS)
    let from = this.#full.length
    while (from > 0 && used + height(this.#full[from - 1] ?? '') <= rows) used += height(this.#full[--from] ?? '')
    this.#update.done()
    this.#terminal.write(ansiEscapes.eraseLines(used))
    this.#open = this.#full.splice(from).join('') + this.#open
    this.#draw()
  }
}
