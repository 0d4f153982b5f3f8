// Live sessions at the pace of speech on this server and on whisper_online_server.py with the same weights, in turns: how
// late words are, by the times of the reference and the clock of the client, and what a second of a session costs. Both
// speak the same lines over TCP, so that the client is the same. That server has one client at a time: so many sessions are
// so many processes, on the threads that each then has. Needs the environment of bench/README.md, "Beside peers".
// usage: tsx bench/serve/peers.ts [SESSIONS,SESSIONS] [RECORDING.wav with .ref.json beside it] [PART OF NAMES]
import { type ChildProcess, spawn } from 'node:child_process'
import { connect } from 'node:net'
import { availableParallelism, loadavg } from 'node:os'
import { basename, dirname } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { readCorpus } from '../corpus.js'
import { freePorts } from '../fleet/free-ports.js'
import { cpuSec, residentBytes } from '../long/process.js'
import { heardOverTcp } from '../long/real-time.js'
import { samplesOf } from '../long/recorded-speech.js'
import { busySec, describeMachine } from '../machine.js'
import { mean, type OutputLine, quantile, score, wordErrorRate } from '../measures.js'
import { folderOfModel, INCLUDED_MODEL } from '../peers/peers.js'
import { alignedTable, percent, seconds } from '../table.js'
import { startServer } from './server.js'

const HERE = (path: string) => fileURLToPath(new URL(path, import.meta.url))
const HEADER = ['program', 'sessions', 'lag mean', 'lag p95', 'CPU s/s', 'WER', 'memory MB', 'others, cores']
const START_MS = 60_000

const [counts = '1,2,4', audio = HERE('../../fixtures/two_cities.wav'), part = ''] = process.argv.slice(2)
const name = basename(audio, '.wav')
const found = (await readCorpus(dirname(audio))).find((recording) => recording.name === name)
if (!found) throw new Error(`there is no ${name}.ref.json beside ${audio}`)
const recording = found
const samples = await samplesOf(recording)

/** What serves sessions: a port for each of them, which may be the same. */
interface Served {
  readonly ports: readonly number[]
  readonly pids: readonly number[]
  stop(): void
}

const PROGRAMS: Readonly<Record<string, (sessions: number) => Promise<Served>>> = {
  'asr-stream serve': own,
  'whisper_online_server.py, beam 5': (sessions) => peer(sessions, 5),
  'whisper_online_server.py, greedy': (sessions) => peer(sessions, 1),
}

const rows: string[][] = []
for (const sessions of counts.split(',').map(Number)) {
  for (const [program, start] of Object.entries(PROGRAMS)) {
    if (!program.includes(part)) continue
    const served = await start(sessions)
    rows.push([program, String(sessions), ...(await measured(served))])
    served.stop()
    process.stderr.write(`${rows.at(-1)?.join(' | ')}\n`)
  }
}
console.log(
  `${describeMachine()}, load at the end ${loadavg()[0]?.toFixed(1)}: ${name}\n\n${alignedTable(HEADER, rows)}`,
)

async function own(sessions: number): Promise<Served> {
  const server = await startServer('--tcp-port', '0', '--max-sessions', String(sessions + 1))
  // The peer has loaded and warmed up before it listens.
  await heardOverTcp(samples.subarray(0, 16_000), server.tcpPort)
  return { ports: Array(sessions).fill(server.tcpPort), pids: [server.pid], stop: server.stop }
}

async function peer(sessions: number, beamSize: number): Promise<Served> {
  const [python, folder, variable] = ['PYTHON', 'WHISPER_STREAMING', 'CTRANSLATE2_MODEL'].map(
    (what) => process.env[`ASR_BENCH_${what}`],
  )
  const weights = folderOfModel(variable ?? '', INCLUDED_MODEL)
  if (!python || !folder || !weights) throw new Error('bench/README.md, "Beside peers", names what is not set')
  const threads = String(Math.max(1, Math.floor(availableParallelism() / sessions)))
  const ports = await freePorts(sessions)
  const children: ChildProcess[] = []
  for (const port of ports) {
    const args = [HERE('./whisper_online_server.py'), folder, threads, String(beamSize), '--port', String(port)]
    const model = ['--backend', 'faster-whisper', '--model', INCLUDED_MODEL, '--model_dir', weights, '--lan', 'en']
    const more = ['--min-chunk-size', '1', '--warmup-file', audio, '--log-level', 'ERROR', '--host', '127.0.0.1']
    const env = { ...process.env, OMP_NUM_THREADS: threads, HF_HUB_OFFLINE: '1' }
    const child = spawn(python, [...args, ...model, ...more], { env, stdio: ['pipe', 'ignore', 'ignore'] })
    children.push(child)
    await listening(port, child)
  }
  const pids = children.map(({ pid }) => Number(pid))
  const stop = () => {
    for (const child of children) child.kill('SIGKILL')
  }
  return { ports, pids, stop }
}

async function listening(port: number, child: ChildProcess): Promise<void> {
  for (const end = performance.now() + START_MS; !(await answers(port)); await sleep(100)) {
    if (child.exitCode !== null || performance.now() > end) throw new Error('the peer does not listen')
  }
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy()
      resolve(true)
    }).on('error', () => resolve(false))
  })
}

async function measured({ ports, pids }: Served): Promise<readonly string[]> {
  const sum = async (value: (pid: number) => Promise<number>) =>
    (await Promise.all(pids.map(value))).reduce((all, one) => all + one, 0)
  const [before, busyBefore, began, self] = [await sum(cpuSec), busySec(), performance.now(), process.cpuUsage()]
  const lines: readonly (readonly OutputLine[])[] = await Promise.all(
    ports.map(async (port, at) => {
      await sleep((1000 * at) / ports.length)
      return heardOverTcp(samples, port)
    }),
  )
  const used = (await sum(cpuSec)) - before
  const { user, system } = process.cpuUsage(self)
  const others = (busySec() - busyBefore - used - (user + system) / 1e6) / ((performance.now() - began) / 1000)
  const scores = lines.map((own) => score(recording.words, own))
  const lags = scores.flatMap((one) => one.lags)
  return [
    seconds(mean(lags)),
    seconds(quantile(lags, 0.95)),
    (used / ports.length / recording.durationSec).toFixed(3),
    percent(wordErrorRate(scores)),
    ((await sum(residentBytes)) / 1e6).toFixed(0),
    others.toFixed(2),
  ]
}
