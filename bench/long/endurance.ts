import { spawn } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { default as wavefile } from 'wavefile'
import type { Recording } from '../corpus.js'
import { PROGRAM, parseLines } from '../run-program.js'
import { residentBytes } from './process.js'
import { RATE, samplesOf } from './recorded-speech.js'

const SAMPLE_MS = 1000
const ROW_MINUTES = 5

/** How a long run stood when some of its audio was heard. */
interface Standing {
  /** Minutes of audio. */
  readonly minute: number
  readonly wallSec: number
  /** Resident memory. */
  readonly bytes: number
}

/**
 * Runs the program over recordings, one after the other and again, until they fill so many minutes: whether its memory and
 * the time of an update grow. Needs `ps`.
 *
 * @returns a table, a row for five minutes
 */
export async function endurance(recordings: readonly Recording[], minutes: number, args: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'asr-stream-bench-'))
  try {
    const audio = join(folder, 'long.wav')
    await writeFile(audio, await longRecording(recordings, minutes))
    return table(await standings(['--lan', 'en', ...args.split(' '), audio]))
  } finally {
    await rm(folder, { recursive: true })
  }
}

async function longRecording(recordings: readonly Recording[], minutes: number): Promise<Uint8Array> {
  const long = new Int16Array(minutes * 60 * RATE)
  const parts = await Promise.all(recordings.map(samplesOf))
  for (let at = 0, turn = 0; at < long.length; turn++) {
    const part = parts[turn % parts.length]!.subarray(0, long.length - at)
    long.set(part, at)
    at += part.length
  }
  const wav = new wavefile.WaveFile()
  wav.fromScratch(1, RATE, '16', long)
  return wav.toBuffer()
}

async function standings(args: readonly string[]): Promise<readonly Standing[]> {
  const begin = performance.now()
  const child = spawn(process.execPath, [PROGRAM, ...args], { stdio: ['ignore', 'pipe', 'inherit'] })
  const found: Standing[] = []
  let consumedSec = 0
  createInterface({ input: child.stdout }).on('line', (line) => {
    consumedSec = parseLines(line)[0]?.emitted ?? consumedSec
  })
  const timer = setInterval(async () => {
    const bytes = await residentBytes(child.pid!).catch(() => 0)
    if (bytes === 0) return
    found.push({ minute: consumedSec / 60, wallSec: (performance.now() - begin) / 1000, bytes })
  }, SAMPLE_MS)
  const code = await new Promise((resolve) => child.once('close', resolve))
  clearInterval(timer)
  if (code !== 0) throw new Error(`asr-stream ${args.join(' ')} ended with ${code}`)
  return found
}

function table(standings: readonly Standing[]): string {
  const rows = ['| minutes of audio | largest resident set, MB | computing, s per s |', '|---|--:|--:|']
  const last = standings.at(-1)?.minute ?? 0
  for (let from = 0; from < last; from += ROW_MINUTES) {
    const inside = standings.filter(({ minute }) => minute >= from && minute < from + ROW_MINUTES)
    const [first, end] = [inside[0], inside.at(-1)]
    if (!first || !end || end.minute === first.minute) continue
    const largest = Math.max(...inside.map(({ bytes }) => bytes)) / 1e6
    const computing = (end.wallSec - first.wallSec) / (60 * (end.minute - first.minute))
    rows.push(`| ${from} to ${from + ROW_MINUTES} | ${largest.toFixed(0)} | ${computing.toFixed(3)} |`)
  }
  return rows.join('\n')
}
