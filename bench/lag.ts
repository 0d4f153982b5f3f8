import { type ChildProcess, spawn } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { cpus } from 'node:os'
import { basename } from 'node:path'
import { createInterface } from 'node:readline'
import { text } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { Command } from 'commander'
import { describeMachine } from './machine.js'
import { type ReferenceWord, score, wordErrorRate } from './measures.js'
import { PROGRAM, parseLines } from './run-program.js'
import { alignedTable, percent } from './table.js'

const RECORDING = fileURLToPath(new URL('../fixtures/two_cities.wav', import.meta.url))
const HEADER_BYTES = 44
/** 16 kHz, 16 bit, mono. */
const BYTES_PER_SEC = 32_000
const PIECE_SEC = 0.1
const BIN_SEC = 10
/** A bound that nothing reaches: it changes nothing, and has the lag told. */
const NO_BOUND = 1_000_000
const UPDATE = /an update took ([\d.]+) s, the lag is ([\d.]+) s/
const EFFORT = /updates now come after ([\d.]+) s and have about ([\d.]+) s of audio(?:, beam size (\d+))?/

interface LagOptions {
  readonly seconds: number
  readonly busy: string
  readonly burners: number
  readonly bounds: string
  readonly core?: string
  readonly args: string
}

/** What was seen at a second of the run. */
interface Seen<Value> {
  readonly at: number
  readonly value: Value
}

interface Run {
  /** Lag of recognition when an update ended, by the time at which it did. */
  readonly updates: readonly Seen<number>[]
  /** Lag of lines, by the time at which they came. */
  readonly lines: readonly Seen<number>[]
  readonly efforts: readonly Seen<string>[]
  readonly warnings: readonly string[]
  readonly output: string
}

await new Command('bench/lag.ts')
  .description('Lag over time of live audio on standard input, while other programs take the processor for a while.')
  .argument('[recording]', 'NAME.wav (16 bit, 16 kHz, mono) with NAME.ref.json beside it', RECORDING)
  .option('--seconds <count>', 'how much of it', Number, 90)
  .option('--busy <begin-end>', 'when the other programs run, in seconds', '30-60')
  .option('--burners <count>', 'how many of them: loops that end never', Number, 2 * cpus().length)
  .option('--bounds <list>', 'values of --max-lag, one run each; none: without', 'none,1')
  .option('--core <number>', 'the one core that the program may use, by taskset')
  .option('--args <options>', 'more options of asr-stream', '')
  .action(bench)
  .parseAsync()

async function bench(recording: string, options: LagOptions): Promise<void> {
  const wav = await readFile(recording)
  const audio = wav.subarray(HEADER_BYTES, HEADER_BYTES + Math.round(options.seconds * BYTES_PER_SEC))
  const { words } = JSON.parse(await readFile(recording.replace(/\.wav$/, '.ref.json'), 'utf8')) as {
    readonly words: readonly ReferenceWord[]
  }
  const heard = words.filter(({ end }) => end <= options.seconds)
  const { burners, busy, core, args } = options
  const load = burners === 0 ? 'nothing else' : `${burners} loops from ${busy.replace('-', ' to ')} s`
  console.log(`# Lag over time: ${basename(recording)}, ${options.seconds} s, ${load}`)
  console.log(`\n${describeMachine()}${core === undefined ? '' : `, on core ${core}`}. Options: ${args || 'none'}.`)
  for (const bound of options.bounds.split(',')) {
    const run = await listen(audio, bound, options)
    console.log(`\n## ${bound === 'none' ? 'Without a bound' : `--max-lag ${bound}`}\n`)
    console.log(timeTable(run))
    console.log(`\n${phaseTable(run, phasesOf(options))}`)
    console.log(`\nWER ${percent(wordErrorRate([score(heard, parseLines(run.output))]))}.`)
    for (const warning of run.warnings) console.log(`\n> ${warning}`)
  }
}

/** Lets the program hear audio as it would be spoken. */
async function listen(audio: Buffer, bound: string, { busy, burners, core, args }: LagOptions): Promise<Run> {
  const maxLag = bound === 'none' ? NO_BOUND : bound
  const given = args.split(' ').filter((arg) => arg !== '')
  const command = [PROGRAM, '-', '--max-lag', String(maxLag), '--log-level', 'debug', ...given]
  const child =
    core === undefined
      ? spawn(process.execPath, command, { stdio: 'pipe' })
      : spawn('taskset', ['-c', core, process.execPath, ...command], { stdio: 'pipe' })
  const output = text(child.stdout)
  const updates: Seen<number>[] = []
  const efforts: Seen<string>[] = []
  const warnings: string[] = []
  const begin = performance.now()
  const seconds = () => (performance.now() - begin) / 1000
  createInterface(child.stderr).on('line', (line) => {
    const update = UPDATE.exec(line)
    const effort = EFFORT.exec(line)
    if (update) updates.push({ at: seconds(), value: Number(update[2]) })
    if (effort) {
      const beams = effort[3] === undefined ? '' : `, beam size ${effort[3]}`
      efforts.push({ at: seconds(), value: `step ${effort[1]} s, window ${effort[2]} s${beams}` })
    }
    if (line.includes('warning:')) warnings.push(line)
  })
  const burn = otherPrograms(burners)
  const [busyFrom = 0, busyUntil = 0] = busy.split('-').map(Number)
  for (let at = 0; at < audio.length; at += PIECE_SEC * BYTES_PER_SEC) {
    await sleep(Math.max(0, 1000 * (at / BYTES_PER_SEC - seconds())))
    burn(seconds() >= busyFrom && seconds() < busyUntil)
    child.stdin.write(audio.subarray(at, at + PIECE_SEC * BYTES_PER_SEC))
  }
  child.stdin.end()
  const lines = parseTimes(await output)
  if (lines.length === 0) throw new Error('asr-stream has said nothing; does it run with these options?')
  burn(false)
  return { updates, efforts, warnings, lines, output: await output }
}

/** Other programs that take the processor, as long as they are wanted. */
function otherPrograms(count: number): (isWanted: boolean) => void {
  let burning: readonly ChildProcess[] = []
  return (isWanted) => {
    if (isWanted === burning.length > 0) return
    for (const child of burning) child.kill('SIGKILL')
    const burn = () => spawn(process.execPath, ['--eval', 'for (;;);'], { stdio: 'ignore' })
    burning = isWanted ? Array.from({ length: count }, burn) : []
  }
}

/** The lag of each line: its emission minus its end. */
function parseTimes(output: string): readonly Seen<number>[] {
  return output.split('\n').flatMap((line) => {
    const match = /^([\d.]+) (\d+) (\d+) /.exec(line)
    if (!match) return []
    const [emitted, end] = [Number(match[1]) / 1000, Number(match[3]) / 1000]
    return [{ at: emitted, value: emitted - end }]
  })
}

function timeTable({ updates, lines, efforts }: Run): string {
  const last = Math.max(...updates.map(({ at }) => at), ...lines.map(({ at }) => at))
  const rows: string[][] = []
  for (let begin = 0; begin < last; begin += BIN_SEC) {
    const inside = ({ at }: Seen<unknown>) => at >= begin && at < begin + BIN_SEC
    const effort = efforts.filter(inside).map(({ value }) => value)
    rows.push([
      `${begin} to ${begin + BIN_SEC} s`,
      ...middleAndMost(updates.filter(inside)),
      ...middleAndMost(lines.filter(inside)),
      effort.join('; then ') || (begin === 0 ? 'as configured' : ''),
    ])
  }
  return alignedTable(['seconds', 'lag', 'most', 'lag of lines', 'most', 'settings from then on'], rows)
}

/** A part of the recording: its name, and its seconds. */
type Phase = readonly [name: string, begin: number, end: number]

function phasesOf({ seconds, busy, burners }: LagOptions): readonly Phase[] {
  const all: Phase = ['all', 0, Number.POSITIVE_INFINITY]
  if (burners === 0) return [all]
  const [from = 0, until = 0] = busy.split('-').map(Number)
  return [['before', 0, from], ['during', from, until], ['after', until, Math.max(seconds, until)], all]
}

/** Lags of the updates that ended in a part, and of the lines whose words were said in it, whenever they came. */
function phaseTable({ updates, lines }: Run, phases: readonly Phase[]): string {
  const rows = phases.map(([name, begin, end]) => {
    const lags = updates.filter(({ at }) => at >= begin && at < end)
    const late = lines.filter(({ at, value }) => at - value >= begin && at - value < end)
    return [name, ...meanAndNearlyMost(lags), ...meanAndNearlyMost(late)]
  })
  return alignedTable(['part', 'mean lag', '95 %', 'mean lag of lines', '95 %'], rows)
}

function meanAndNearlyMost(seen: readonly Seen<number>[]): string[] {
  if (seen.length === 0) return ['-', '-']
  const values = seen.map(({ value }) => value).sort((a, b) => a - b)
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  return [mean.toFixed(2), values[Math.ceil(0.95 * values.length) - 1]!.toFixed(2)]
}

function middleAndMost(seen: readonly Seen<number>[]): string[] {
  const values = seen.map(({ value }) => value).sort((a, b) => a - b)
  return [values[values.length >> 1], values.at(-1)].map((value) => value?.toFixed(1) ?? '-')
}
