import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { onTestFinished } from 'vitest'
import { PROGRAM } from './program.js'
import { Screen } from './terminal.js'

const COLUMNS = 60
const ROWS = 16
const PATIENCE_MS = 20_000

/** Whether programs can be run on a terminal of their own here, whose size can be changed. */
export function hasPseudoTerminals(): boolean {
  try {
    return execFileSync('script', ['--version'], { encoding: 'utf8' }).includes('util-linux')
  } catch {
    return false
  }
}

/** The program on a terminal of its own. */
export class TerminalRun {
  readonly screen = new Screen(COLUMNS, ROWS)
  /** All that was written, escape codes and all. */
  written = ''
  readonly ended: Promise<number | null>
  readonly #child: ChildProcess
  readonly #cwd: string

  constructor(args: readonly string[], cwd: string, env: Readonly<Record<string, string>> = {}) {
    const command = [
      'tty > terminal.txt',
      `stty cols ${COLUMNS} rows ${ROWS}`,
      [
        'exec env',
        ...Object.entries(env).map(([name, value]) => `${name}='${value}'`),
        process.execPath,
        PROGRAM,
        ...args,
      ].join(' '),
    ].join(' && ')
    const { NO_COLOR: _, ...clean } = process.env
    this.#cwd = cwd
    this.#child = spawn('script', ['-qec', command, '/dev/null'], {
      cwd,
      env: { ...clean, TERM: 'xterm-256color' },
      stdio: ['pipe', 'pipe', 'inherit'],
    })
    this.#child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.written += text
      this.screen.write(text)
    })
    this.ended = new Promise((resolve) => this.#child.once('close', resolve))
    onTestFinished(() => void this.#child.kill())
  }

  /** Waits until the screen is as wanted, and gives its lines; those that the terminal has broken as one. */
  async until(wanted: (lines: readonly string[]) => boolean): Promise<readonly string[]> {
    for (const end = Date.now() + PATIENCE_MS; ; await sleep(20)) {
      const lines = await this.screen.unbroken()
      if (wanted(lines)) return lines
      if (Date.now() > end) throw new Error(`the screen does not become as wanted:\n${lines.join('\n')}`)
    }
  }

  /** Draws the window wider or narrower, and waits until the program has seen it. */
  async resize(columns: number, rows: number): Promise<void> {
    await this.screen.resize(columns, rows)
    const terminal = readFileSync(join(this.#cwd, 'terminal.txt'), 'utf8').trim()
    const before = this.written.length
    execFileSync('stty', ['-F', terminal, 'cols', String(columns), 'rows', String(rows)])
    for (const end = Date.now() + PATIENCE_MS; this.written.length === before && Date.now() < end; ) await sleep(20)
  }

  /** Types. */
  type(text: string): void {
    this.#child.stdin?.write(text)
  }
}
