// Whether `asr-stream capacity` is right: real servers with live sessions at the pace of speech, beside the simulation of the
// same sessions, from the same probe. Ends with 1 when a lag or the processor time is more than 15 % off.
// usage: tsx bench/capacity.ts [--real] [--servers 1,2,3] [--sessions 3,4,5] [--seconds 40] [--workers 1] [--save] [-- options of recognition]
// Without --real a backend waits for a known time instead of computing: that checks the queue, whatever else the machine does.
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import type { ProbeFile } from '../src/probe/probe-file.js'
import { readProbe } from '../src/probe/probe-file.js'
import { type Comparison, compared, type Figures } from './capacity/compare.js'
import { storeResults } from './capacity/results.js'
import { runProgram } from './run-program.js'
import { alignedTable } from './table.js'

const MAX_ERROR = 0.15
const COLUMNS = ['mean lag', '95 %', 'text, mean', '95 %', 'processor', 'memory'].flatMap((name) => [name, 'simulated'])
const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))
/** An update of the waiting backend takes so much, and so much for each second that it hears. */
const [BASE_SEC, PER_SEC] = [0.15, 0.015]

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    real: { type: 'boolean', default: false },
    servers: { type: 'string', default: '1,2,3' },
    sessions: { type: 'string' },
    workers: { type: 'string', default: '1' },
    seconds: { type: 'string', default: '40' },
    save: { type: 'boolean', default: false },
    probe: { type: 'string' },
  },
})
const workers = Number(values.workers)
if (values.save && workers !== 1) throw new Error('only figures of one worker are stored: the docs say so of them')
const numbers = (text: string) => text.split(',').map(Number)
const waiting = ['--plugin', here('capacity/waiting.mjs'), '--backend', 'waiting', '--min-chunk-size', '2']
const options = [...(values.real ? [] : waiting), ...positionals]
process.env.WAITING_BASE_SEC = String(BASE_SEC)
process.env.WAITING_PER_SEC = String(PER_SEC)

const probe = await probed()
const comparisons: Comparison[] = []
for (const servers of numbers(values.servers)) {
  for (const sessions of numbers(values.sessions ?? (values.real ? '2,4' : '3,5,8'))) {
    comparisons.push(await compared({ servers, sessions, workers, seconds: Number(values.seconds) }, probe, options))
    console.error(row(comparisons.at(-1) as Comparison).join('  '))
  }
}
console.log(alignedTable(['servers', 'workers each', 'sessions each', ...COLUMNS], comparisons.map(row)))
if (values.save) storeResults(values.real ? 'real' : 'known', probe, comparisons)
const worst = Math.max(...comparisons.flatMap(errorsOf))
console.log(`largest error: ${Math.round(100 * worst)} %, of at most ${100 * MAX_ERROR} %`)
process.exitCode = worst > MAX_ERROR ? 1 : 0

async function probed(): Promise<ProbeFile> {
  const file = values.probe ?? join(mkdtempSync(join(tmpdir(), 'capacity-')), 'probe.json')
  if (values.probe === undefined) {
    const speech = ['--speech', here('../fixtures/two_cities.wav')]
    await runProgram([
      'capacity',
      '--save-probe',
      file,
      ...speech,
      '--probe-time',
      '300',
      '--workers',
      values.workers,
      ...options,
    ])
  }
  const found = await readProbe(file)
  if (values.real) return found
  // What the wait is, without what the timers of a busy machine add to it.
  const exact = { ...JSON.parse(readFileSync(file, 'utf8')), traces: found.traces.map(exactTrace) } as ProbeFile
  writeFileSync(file, JSON.stringify(exact))
  return exact
}

function exactTrace(trace: ProbeFile['traces'][number]): ProbeFile['traces'][number] {
  const costOf = (bufferSec: number) => (bufferSec === 0 ? 0 : BASE_SEC + PER_SEC * bufferSec)
  const updates = trace.updates.map((update) => ({ ...update, cpuSec: 0, wallSec: costOf(update.bufferSec) }))
  return { ...trace, updates }
}

function pairs({ measured, simulated }: Comparison): readonly (readonly [number, number])[] {
  const keys = [
    'lagMean',
    'lag95',
    'textLagMean',
    'textLag95',
    'cpuSec',
    'memoryMb',
  ] as const satisfies readonly (keyof Figures)[]
  return keys.map((key) => [measured[key], simulated[key]])
}

function row(comparison: Comparison): string[] {
  const figures = pairs(comparison).flatMap(([measured, simulated], at) => {
    const digits = at === 5 ? 0 : 3
    return [measured.toFixed(digits), simulated.toFixed(digits)]
  })
  return [String(comparison.servers), String(comparison.workers), String(comparison.sessions), ...figures]
}

/** Of lags, and of processor time where something is computed. */
function errorsOf(comparison: Comparison): readonly number[] {
  const judged = pairs(comparison).slice(0, values.real ? 5 : 4)
  return judged.map(([measured, simulated]) => Math.abs(simulated / measured - 1))
}
