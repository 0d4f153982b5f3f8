import { styleText } from 'node:util'
import ansiEscapes from 'ansi-escapes'
import stringWidth from 'string-width'
import type { Segment } from '../core/types.js'
import { markedText } from '../output/formats/marked-text.js'
import { CommittedLine } from './committed-line.js'
import { CursorRow } from './cursor-row.js'
import { brokenAtWords, PARAGRAPH_END, printable, rowsOf } from './text-flow.js'

/** A pause of so many seconds begins a new paragraph. */
const PARAGRAPH_PAUSE_SEC = 2
/** A window whose size has not changed for so long is not being changed any more. */
const SETTLE_MS = 150
/** The row below all that is shown, in which the cursor stands. */
const CURSOR_ROWS = 1
/** Blank rows above the text where some must be there: enough for the least rows and the status in half the width. */
const CLEARANCE_ROWS = 3
/** Of a terminal that does not say it any more. */
const USUAL_COLUMNS = 80
/** What may change has so many rows at least, and else at most this share of the terminal. */
const MIN_ROWS = 2
const MAX_SHARE = 0.5
/** So many times text is committed until everybody has seen what the style means. */
const EXPLAINED_TIMES = 5
/** Terminals that know this show all of what stands between at once; others ignore it. */
const [BEGIN_UPDATE, END_UPDATE] = ['\u001B[?2026h', '\u001B[?2026l'] as const

/** A terminal, as `process.stdout` is one. */
export interface Terminal {
  readonly isTTY: boolean
  readonly columns: number
  readonly rows: number
  write(text: string): boolean
  on(event: 'resize', listener: () => void): unknown
  off(event: 'resize', listener: () => void): unknown
}

/** How text is shown. */
export interface LiveViewOptions {
  /** Whether what may still change is dim; else it stands in brackets. */
  readonly isStyled: boolean
  /** Whether the terminal breaks lines again when its width changes, as nearly all do. True if absent. */
  readonly breaksAnew?: boolean
  /**
   * Whether a terminal that becomes narrower pushes as many rows out of sight at the top as it needs, blank ones at the
   * bottom or not; tmux does. What is shown must then have rows above it. False if absent.
   */
  readonly pushesOut?: boolean
  /** Nothing is written so long after a change of size, in milliseconds: there may be more, which are not known yet. */
  readonly settleMs?: number
}

/**
 * Text as it is being said: what is committed grows; the rest after it, and the line under it that says what is going
 * on, are replaced in place. What is committed is written once and belongs to the terminal, whatever becomes of its size.
 */
export class LiveView {
  readonly #terminal: Terminal
  readonly #options: LiveViewOptions
  readonly #onResize = () => this.#hold()
  readonly #committed: CommittedLine
  readonly #cursorRow: CursorRow
  /** Written before all else. */
  #clearance: string
  #separator = ' '
  /** All that was committed in this paragraph ends so; for joining. */
  #isAtBegin = true
  #rest: string | null = null
  #status = ''
  #lastEnd: number | null = null
  #timesExplained = 0
  /** What stands after the committed text: the first goes on in its line, the others are lines. */
  #tail: readonly string[] = []
  #drawnColumns = 0
  #isParked = false
  #drawing: NodeJS.Immediate | undefined
  #settling: NodeJS.Timeout | undefined

  constructor(terminal: Terminal, options: LiveViewOptions) {
    this.#terminal = terminal
    this.#options = options
    this.#committed = new CommittedLine(options.breaksAnew ?? true)
    this.#cursorRow = new CursorRow(options.pushesOut ?? false)
    this.#clearance = options.pushesOut ? '\n'.repeat(CLEARANCE_ROWS) : ''
    terminal.on('resize', this.#onResize)
  }

  /** @param separator what joins words */
  begin(separator: string): void {
    this.#separator = separator
  }

  /** Adds committed text, with marks at doubtful words. */
  commit(segment: Segment): void {
    const { begin, end } = segment
    if (this.#lastEnd !== null && begin - this.#lastEnd > PARAGRAPH_PAUSE_SEC) {
      this.#committed.add(PARAGRAPH_END)
      this.#isAtBegin = true
    }
    this.#committed.add(this.#joined(printable(markedText(segment))))
    this.#isAtBegin = false
    this.#lastEnd = end
    if (this.#rest !== null) this.#timesExplained++
    this.#drawSoon()
  }

  /** Replaces what may still change. */
  unconfirmed(rest: Segment | null): void {
    this.#rest = rest ? this.#marked(printable(rest.text)) : null
    this.#drawSoon()
  }

  /** Replaces the line that says what is going on; empty: none. */
  status(text: string): void {
    this.#status = printable(text)
    this.#drawSoon()
  }

  /** Steps aside while something else is written to the terminal: after the committed text, whose line ends there. */
  aside(write: () => void): void {
    this.#end()
    write()
    this.#drawSoon()
  }

  /** Leaves the committed text on the terminal, and nothing else. */
  close(): void {
    this.#terminal.off('resize', this.#onResize)
    clearTimeout(this.#settling)
    this.#settling = undefined
    if (this.#drawing) this.#draw()
    this.#end()
    this.showCursor()
  }

  /** For whoever ends the program without closing. */
  showCursor(): void {
    this.#terminal.write(ansiEscapes.cursorShow)
  }

  /** What an update changes is shown at once, not one after the other. */
  #drawSoon(): void {
    this.#drawing ??= setImmediate(() => this.#draw())
  }

  /** A window that is drawn larger with the mouse changes again and again. */
  #hold(): void {
    this.#cursorRow.fit(this.#terminal.rows)
    clearTimeout(this.#settling)
    this.#settling = setTimeout(() => {
      this.#settling = undefined
      this.#draw()
    }, this.#options.settleMs ?? SETTLE_MS)
  }

  #draw(): void {
    clearImmediate(this.#drawing)
    this.#drawing = undefined
    const { columns, rows } = this.#terminal
    if (!columns || !rows || this.#settling) return
    if (columns === this.#drawnColumns && !this.#committed.isWaiting && this.#redrawChanged(columns, rows)) return
    const back = this.#toCommittedEnd()
    const text = this.#clearance + this.#committed.settle(columns)
    this.#clearance = ''
    this.#cursorRow.down(text, rows)
    this.#tail = this.#tailLines(columns, rows, this.#cursorRow.least)
    this.#isParked = this.#tail.length > 0 || this.#committed.isOpen
    const tail = this.#styled(this.#tail) + (this.#isParked ? '\n' : '')
    this.#cursorRow.down(tail, rows)
    this.#write(back, text + tail)
    this.#drawnColumns = columns
  }

  /**
   * Writes only the lines that are new, where the others stay as they are.
   * @returns false: all must be written again
   */
  #redrawChanged(columns: number, rows: number): boolean {
    const before = this.#tail
    const tail = this.#tailLines(columns, rows, this.#cursorRow.least - before.length)
    const firstNew = tail.findIndex((line, index) => line !== before[index])
    if (firstNew === -1 && tail.length === before.length) return true
    if (firstNew < 1 || !this.#isParked) return false
    this.#tail = tail
    const text = `${this.#styled(tail.slice(firstNew))}\n`
    this.#cursorRow.up(before.length - firstNew)
    this.#cursorRow.down(text, rows)
    this.#write(up(before.length - firstNew), text)
    return true
  }

  /** To the end of the committed text. */
  #toCommittedEnd(): string {
    if (!this.#isParked) return ''
    const { columns, rows } = this.#terminal
    const [first = '', ...lines] = this.#tail
    const below = lines.reduce((sum, line) => sum + this.#committed.rows(line, columns), 0)
    const height = this.#committed.rowsFromEnd(first, columns) + below
    // Written again, its row brings the cursor to its end, however wide its characters are there.
    const isEnded = this.#committed.endIfFull(columns)
    const isOutOfSight = height >= rows
    const isInSight = !isOutOfSight && height <= this.#cursorRow.least
    const lastRow = isEnded ? '' : this.#committed.lastRow(columns)
    const { pushesOut } = this.#options
    this.#cursorRow.up(height)
    // What tmux erases after text stays as spaces, which take rows in a narrower window: it must be the whole row.
    if (isInSight && (!pushesOut || this.#committed.rowCount(columns) === 1))
      return up(height) + (isEnded || pushesOut ? ansiEscapes.eraseEndLine : '') + lastRow
    const ending = this.#committed.end()
    this.#cursorRow.down(ending, rows)
    if (isOutOfSight) return `${ansiEscapes.cursorTo(0, 0)}${ansiEscapes.eraseEndLine}\n`
    // Either what is committed ends here, or it is out of sight and this is the first row: in both cases it stays.
    const toEnd = lastRow === '' ? '' : ansiEscapes.cursorForward(stringWidth(lastRow))
    return up(height) + toEnd + ansiEscapes.eraseEndLine + ending + (ending && ansiEscapes.eraseEndLine)
  }

  /** @param above rows above the end of the committed text, at least */
  #tailLines(columns: number, rows: number, above: number): readonly string[] {
    const width = Math.max(1, columns - 1)
    const status = rows > CURSOR_ROWS + 1 ? this.#statusLines(width) : []
    const most = Math.min(Math.max(MIN_ROWS, Math.floor(rows * MAX_SHARE)), rows - CURSOR_ROWS - status.length)
    const room = Math.max(1, Math.min(most, Math.max(MIN_ROWS, this.#cursorRow.room(above, status[0], columns, rows))))
    const rest = this.#rest === null ? [] : this.#committed.followedBy(this.#joined(this.#rest), columns)
    const lines = rest.map((line, index) => (index === 0 && this.#committed.isOpen ? line.trimEnd() : line.trim()))
    if (!this.#committed.isOpen) return [...lines.slice(-room), ...status]
    const [first = '', ...more] = lines
    if (lines.length <= room) return [first, ...more, ...status]
    return ['', ...(room > 1 ? more.slice(1 - room) : []), ...status]
  }

  #statusLines(width: number): readonly string[] {
    if (this.#status === '') return []
    const isExplained = this.#rest === null || this.#timesExplained >= EXPLAINED_TIMES
    const explained = `${this.#status}   ${this.#options.isStyled ? 'dim' : '[ ]'}: may still change`
    if (!isExplained && rowsOf(explained, width) === 1) return [explained]
    return [brokenAtWords(this.#status, width)[0] ?? '']
  }

  #joined(text: string): string {
    return this.#isAtBegin ? text.trimStart() : this.#separator + text
  }

  #marked(rest: string): string | null {
    if (rest.trim() === '') return null
    return this.#options.isStyled ? rest : `${this.#separator === '' ? ' ' : ''}[${rest.trim()}]`
  }

  #styled(lines: readonly string[]): string {
    const styled = (line: string) => (line === '' ? '' : styleText('dim', line, { validateStream: false }))
    return (this.#options.isStyled ? lines.map(styled) : lines).join('\n')
  }

  /** Leaves the committed text, whose line ends. */
  #end(): void {
    const columns = this.#terminal.columns || USUAL_COLUMNS
    const back = this.#toCommittedEnd()
    this.#write(back, this.#committed.settle(columns) + this.#committed.end())
    this.#tail = []
    this.#isParked = false
  }

  /** Writes lines over what stands there; nothing of that is left behind or below them. */
  #write(back: string, text: string): void {
    if (back + text === '') return
    const { eraseEndLine, eraseDown, cursorDown, cursorUp, cursorHide } = ansiEscapes
    // A row that is erased from its first character on is no continuation of the one above any more, as it may have been.
    // tmux keeps a copy of a screen that is erased from its first character on: what is below is erased from a row below.
    const below = text.endsWith('\n') ? eraseDown : eraseEndLine + cursorDown() + eraseDown + cursorUp()
    const written = back + text.replaceAll('\n', `${eraseEndLine}\n${eraseEndLine}`) + (back === '' ? '' : below)
    this.#terminal.write(BEGIN_UPDATE + cursorHide + written + END_UPDATE)
  }
}

function up(rows: number): string {
  return rows === 0 ? ansiEscapes.cursorLeft : ansiEscapes.cursorUp(rows) + ansiEscapes.cursorLeft
}
