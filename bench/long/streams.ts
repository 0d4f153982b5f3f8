import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Recording } from '../corpus.js'
import { mean, quantile, type Score, score, wordErrorRate } from '../measures.js'
import { PROGRAM, runProgram } from '../run-program.js'
import { cpuSec } from './process.js'
import { heardOverTcp } from './real-time.js'
import { samplesOf } from './recorded-speech.js'

/** Streams begin one after the other, so that their updates do not all fall together. */
const SPREAD_SEC = 0.13

/**
 * Serves streams at once, each in real time, from one process with one model, as `asr-stream listen` does, and measures lag
 * by the clock: from the end of a word to the arrival of its line.
 *
 * @returns a table, a row for each number of streams
 */
export async function streamsInRealTime(
  recording: Recording,
  counts: readonly number[],
  args: string,
): Promise<string> {
  const rows = [
    '| streams | WER | lag mean | lag p95 | last line, s behind the audio | CPU s a second of each stream |',
    '|---|--:|--:|--:|--:|--:|',
  ]
  const options = args.split(' ').filter((arg) => arg !== '' && arg !== '--comp-unaware')
  const own = ['--comp-unaware', '--lan', 'en', ...options]
  const { lines, cpuSec } = await runProgram([...own, recording.audio])
  const simulated = [score(recording.words, lines)]
  rows.push(row('computation-unaware', recording, { scores: simulated, lastSec: recording.durationSec, cpuSec }))
  for (const count of counts) {
    rows.push(row(`${count} in real time`, recording, await serve(recording, count, options)))
    process.stderr.write(`${count} streams done\n`)
  }
  return rows.join('\n')
}

function row(title: string, { durationSec }: Recording, { scores, lastSec, cpuSec }: Served): string {
  const lags = scores.flatMap((one) => one.lags)
  const figures = [
    `${(100 * wordErrorRate(scores)).toFixed(1)} %`,
    mean(lags).toFixed(2),
    quantile(lags, 0.95).toFixed(2),
    (lastSec - durationSec).toFixed(2),
    (cpuSec / scores.length / durationSec).toFixed(3),
  ]
  return `| ${[title, ...figures].join(' | ')} |`
}

interface Served {
  readonly scores: readonly Score[]
  /** When the last line of all streams came, in seconds from the start of its stream. */
  readonly lastSec: number
  readonly cpuSec: number
}

async function serve(recording: Recording, count: number, args: readonly string[]): Promise<Served> {
  const options = ['listen', '--port', '0', '--max-sessions', String(count), '--lan', 'en', '--log-level', 'INFO']
  const server = spawn(process.execPath, [PROGRAM, ...options, ...args], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  try {
    const port = await portOf(server)
    const samples = await samplesOf(recording)
    const cpuBefore = await cpuSec(server.pid!)
    const streams = Array.from({ length: count }, async (_, i) => {
      await sleep(i * SPREAD_SEC * 1000)
      return heardOverTcp(samples, port)
    })
    const lines = await Promise.all(streams)
    const used = (await cpuSec(server.pid!)) - cpuBefore
    const lastSec = Math.max(...lines.map((own) => own.at(-1)?.emitted ?? 0))
    return { scores: lines.map((own) => score(recording.words, own)), lastSec, cpuSec: used }
  } finally {
    server.kill('SIGINT')
    await once(server, 'close')
  }
}

async function portOf(server: ChildProcess): Promise<number> {
  for await (const line of createInterface({ input: server.stderr! })) {
    const port = /listening .*:(\d+)/.exec(line)?.[1]
    if (!port) continue
    server.stderr!.resume()
    return Number(port)
  }
  throw new Error('asr-stream listen did not say where it listens')
}
