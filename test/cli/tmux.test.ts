import { execFileSync } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it, onTestFinished } from 'vitest'
import { folderWith, PROGRAM, spokenWords } from '../helpers/program.js'

const TEXTS = Array.from({ length: 120 }, (_, index) => `word${index}`)
const PATIENCE_MS = 20_000
/** What is dim in text of tmux, until another style begins. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: it is what styles begin with
const DIM = /\u001B\[2m[^\u001B]*/g

/** The program in a window of tmux, which breaks lines again and keeps what scrolls out of sight. */
async function inTmux(size: readonly [number, number]) {
  const cwd = folderWith({ 'words.json': spokenWords(TEXTS) })
  execFileSync('mkfifo', [join(cwd, 'pipe')])
  const pipe = await open(join(cwd, 'pipe'), 'r+')
  const server = ['-L', `asr-stream-${randomUUID()}`, '-f', '/dev/null']
  const tmux = (...args: string[]) => execFileSync('tmux', [...server, ...args], { cwd, encoding: 'utf8' })
  onTestFinished(async () => {
    tmux('kill-server')
    await pipe.close()
  })
  // What is dim is told from the rest by its style.
  const command = `env -u NO_COLOR '${process.execPath}' '${PROGRAM}' --backend scripted --option script=words.json --option unstable=3 --min-chunk-size 0.5 pipe`
  tmux('new-session', '-d', '-x', String(size[0]), '-y', String(size[1]), `${command}; echo "ended with $?"; sleep 60`)
  tmux('set', '-g', 'window-size', 'manual')
  /** All lines, also those that have scrolled out of sight; what the terminal broke is joined. */
  const text = () => tmux('capture-pane', '-p', '-J', '-S', '-')
  return {
    text,
    /** The same without what is dim. */
    committed: () => tmux('capture-pane', '-p', '-J', '-e', '-S', '-').replace(DIM, ''),
    hear: (seconds: number) => pipe.write(Buffer.alloc(seconds * 32_000)),
    resize: (columns: number, rows: number) => tmux('resize-window', '-x', String(columns), '-y', String(rows)),
    type: (keys: string) => tmux('send-keys', keys),
    async until(wanted: (text: string) => boolean) {
      for (const end = Date.now() + PATIENCE_MS; !wanted(text()); await sleep(50)) {
        if (Date.now() > end) throw new Error(`the screen does not become as wanted:\n${text()}`)
      }
    },
  }
}

function hasTmux(): boolean {
  try {
    return execFileSync('tmux', ['-V'], { encoding: 'utf8' }).startsWith('tmux ')
  } catch {
    return false
  }
}

describe.skipIf(!hasTmux())('in a window of tmux that changes its size', () => {
  it.each([
    ['at the start', 2],
    ['when there is some text', 8],
    ['when there is much text', 40],
  ])('%s, every word stands there once, and nothing else', async (_, firstSec) => {
    const run = await inTmux([80, 24])
    let consumedSec = 0
    const hear = async (seconds: number) => {
      await run.hear(seconds)
      consumedSec += seconds
      await run.until((text) => text.includes(`word${2 * consumedSec - 1}~`))
    }
    await hear(firstSec)
    for (const [columns, rows] of [
      [40, 12],
      [100, 24],
      [50, 24],
      [80, 30],
      [45, 16],
      [90, 20],
    ] as const) {
      run.resize(columns, rows)
      await sleep(200)
      await hear(1)
    }
    run.resize(1000, 24)
    await sleep(200)
    run.type('C-c')
    await run.until((text) => text.includes('ended with 130'))
    // The last words are those that were unstable; before them none may be left.
    const words = run.text().match(/word\d+~?/g) ?? []
    expect(words.map((word) => word.replace('~', ''))).toEqual(TEXTS.slice(0, 2 * consumedSec))
  })

  const ninth = ['34x24', '110x24', '12x24', '80x24']
  const rowsToo = ['33x13', '89x15', '26x8', '47x25', '16x27', '47x25', '60x16']
  it.each([
    ['to a ninth of its width at the start', 2, ninth],
    ['to a ninth of its width when there is some text', 8, ninth],
    ['to a ninth of its width when there is more text', 20, ninth],
    ['in width and height', 5, rowsToo],
  ])('%s, every committed word stands there once', async (_, firstSec, sizes) => {
    const run = await inTmux([80, 24])
    let consumedSec = 0
    const hear = async (seconds: number) => {
      await run.hear(seconds)
      consumedSec += seconds
      await run.until((text) => text.replace(/\s/g, '').includes(`word${2 * consumedSec - 1}~`))
    }
    await hear(firstSec)
    for (const size of sizes) {
      const [columns = 0, rows = 0] = size.split('x').map(Number)
      run.resize(columns, rows)
      await sleep(400)
      await hear(2)
    }
    run.resize(1000, 24)
    await sleep(400)
    run.type('C-c')
    await run.until((text) => text.includes('ended with 130'))
    const words = run.committed().match(/word\d+/g) ?? []
    expect(words).toEqual(TEXTS.slice(0, 2 * consumedSec))
  })
})
