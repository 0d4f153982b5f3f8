import { EventEmitter } from 'node:events'
import xterm from '@xterm/headless'
import type { Terminal } from '../../src/terminal/live-view.js'

/** A terminal that is looked at: what a program writes, as it is seen. */
export class Screen {
  readonly #terminal: xterm.Terminal

  constructor(columns: number, rows: number) {
    this.#terminal = new xterm.Terminal({
      cols: columns,
      rows,
      allowProposedApi: true,
      scrollback: 1000,
      convertEol: true,
    })
  }

  write(text: string): void {
    this.#terminal.write(text)
  }

  /** As when the window is drawn larger or smaller: long lines are broken again. */
  async resize(columns: number, rows: number): Promise<void> {
    await this.#written()
    this.#terminal.resize(columns, rows)
  }

  /** All lines, those that have scrolled out of sight included, without empty ones at the end. */
  async lines(): Promise<readonly string[]> {
    await this.#written()
    const buffer = this.#terminal.buffer.active
    const lines = Array.from({ length: buffer.length }, (_, row) => buffer.getLine(row)?.translateToString(true) ?? '')
    while (lines.at(-1) === '') lines.pop()
    return lines
  }

  /** The same, with the lines joined that the terminal has broken. */
  async unbroken(): Promise<readonly string[]> {
    const rows = await this.lines()
    const buffer = this.#terminal.buffer.active
    return rows.reduce<string[]>((lines, row, index) => {
      // What is broken at a space has it at its end, where it is not seen.
      const full = buffer.getLine(index - 1)?.translateToString(false) ?? ''
      if (buffer.getLine(index)?.isWrapped) lines[lines.length - 1] += full.slice(full.trimEnd().length) + row
      else lines.push(row)
      return lines
    }, [])
  }

  /** The dim part of the text. */
  async dim(): Promise<string> {
    await this.#written()
    const buffer = this.#terminal.buffer.active
    const rows = Array.from({ length: buffer.length }, (_, row) => buffer.getLine(row))
    const text = rows.map((line) => {
      const cells = Array.from({ length: this.#terminal.cols }, (_, column) => line?.getCell(column))
      return cells.map((cell) => (cell?.isDim() ? cell.getChars() || ' ' : '')).join('')
    })
    return text.filter((line) => line !== '').join('\n')
  }

  #written(): Promise<void> {
    return new Promise((resolve) => this.#terminal.write('', resolve))
  }
}

/** The side of a terminal that a program in the same process writes to. */
export class EmulatedTerminal extends EventEmitter implements Terminal {
  readonly isTTY = true
  readonly screen: Screen

  constructor(
    public columns: number,
    public rows: number,
  ) {
    super()
    this.screen = new Screen(columns, rows)
  }

  write(text: string): boolean {
    this.screen.write(text)
    return true
  }

  async resize(columns: number, rows: number): Promise<void> {
    await this.screen.resize(columns, rows)
    this.columns = columns
    this.rows = rows
    this.emit('resize')
  }
}
