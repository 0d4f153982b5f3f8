// Writes docs/images/two-cities.svg, the picture of README.md: the program at work on a terminal, as it was written, in
// the time that it took. Needs `script` of util-linux.
// usage: npm run docs:picture
import { spawn } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import xterm, { type IBufferLine } from '@xterm/headless'
import { type Frame, type Run, terminalPicture } from './docs/terminal-picture.js'

const ROOT = fileURLToPath(new URL('../', import.meta.url))
const AUDIO = 'fixtures/two_cities.wav'
const [COLUMNS, ROWS] = [72, 7]
/** The screen is looked at this often. */
const LOOK_MS = 100
/** Two sentences and more. */
const LENGTH_MS = 21_000
const HOLD_MS = 3000

const terminal = new xterm.Terminal({ cols: COLUMNS, rows: ROWS, allowProposedApi: true, convertEol: true })
const command = `stty cols ${COLUMNS} rows ${ROWS} && exec ${process.execPath} bin/asr-stream.js ${AUDIO}`
const { NO_COLOR: _, ...environment } = process.env
const child = spawn('script', ['-qec', command, '/dev/null'], {
  cwd: ROOT,
  env: { ...environment, TERM: 'xterm-256color', LC_ALL: 'C.UTF-8' },
  stdio: ['pipe', 'pipe', 'inherit'],
})
child.stdout.setEncoding('utf8').on('data', (text: string) => terminal.write(text))

const frames: Frame[] = []
const startedAt = performance.now()
const timer = setInterval(() => {
  const lines = seen()
  const atMs = Math.round(performance.now() - startedAt)
  if (JSON.stringify(lines) !== JSON.stringify(frames.at(-1)?.lines)) frames.push({ atMs, lines })
  if (atMs > LENGTH_MS) finish()
}, LOOK_MS)

function finish(): void {
  clearInterval(timer)
  child.kill()
  const title = 'asr-stream on a terminal: final text grows, what may still change follows in gray'
  const options = { columns: COLUMNS, rows: ROWS, command: `asr-stream ${AUDIO}`, title, holdMs: HOLD_MS }
  writeFileSync(`${ROOT}docs/images/two-cities.svg`, terminalPicture(frames, options))
}

/** The lines in sight. */
function seen(): readonly (readonly Run[])[] {
  const { active } = terminal.buffer
  return Array.from({ length: ROWS }, (_, row) => runs(active.getLine(active.baseY + row)))
}

function runs(line: IBufferLine | undefined): readonly Run[] {
  const found: { column: number; text: string; isDim: boolean }[] = []
  const end = line?.translateToString(true).length ?? 0
  for (let column = 0; column < end; column++) {
    const cell = line?.getCell(column)
    const text = cell?.getChars() || ' '
    const isDim = Boolean(cell?.isDim())
    const last = found.at(-1)
    if (last && (last.isDim === isDim || text === ' ')) last.text += text
    else found.push({ column, text, isDim })
  }
  return found.map((run) => ({ ...run, text: run.text.trimEnd() })).filter(({ text }) => text !== '')
}
