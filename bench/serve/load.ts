// Live sessions on one server, at the pace of speech: how late final text is, and how soon the server answers meanwhile.
// usage: tsx bench/serve/load.ts SESSIONS [SECONDS] [options of serve]
import { type ChildProcess, spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import WebSocket from 'ws'

const PROGRAM = fileURLToPath(new URL('../../bin/asr-stream.js', import.meta.url))
const SPEECH = fileURLToPath(new URL('../../fixtures/two_cities.wav', import.meta.url))
const RATE = 32_000
const PIECE_SEC = 0.1

const [sessions = '8', seconds = '40', ...options] = process.argv.slice(2)
const server = spawn(process.execPath, [
  PROGRAM,
  'serve',
  '--port',
  '0',
  '--max-sessions',
  String(2 * Number(sessions)),
  ...options,
])
const host = await listening(server)
const idleKb = await memoryKb(server)
const health: number[] = []
const probing = setInterval(async () => {
  const began = performance.now()
  await (await fetch(`http://${host}/healthz`)).text()
  health.push(performance.now() - began)
}, 200)
const cpuBefore = await cpuSec(server)
const began = performance.now()
const all = await Promise.all(Array.from({ length: Number(sessions) }, (_, at) => session(at)))
const wallSec = (performance.now() - began) / 1000
clearInterval(probing)
const lags = all.flat()
const used = (await cpuSec(server)) - cpuBefore
console.log(
  JSON.stringify({
    sessions: Number(sessions),
    meanLagSec: rounded(lags.reduce((sum, lag) => sum + lag, 0) / lags.length),
    lag95Sec: rounded(quantile(lags, 0.95)),
    health95Ms: rounded(quantile(health, 0.95)),
    healthMaxMs: rounded(Math.max(...health)),
    cpuSecPerSessionSec: rounded(used / (Number(sessions) * Number(seconds))),
    cpus: rounded(used / wallSec),
    memoryMb: Math.round((await memoryKb(server)) / 1024),
    idleMb: Math.round(idleKb / 1024),
  }),
)
server.kill('SIGTERM')

/** Speaks, and gives how late each piece of final text was: after its last word was said. */
async function session(at: number): Promise<number[]> {
  await sleep((at * 1000) / Number(sessions))
  const pcm = readFileSync(SPEECH).subarray(44)
  const socket = new WebSocket(`ws://${host}/v1/stream`)
  const lags: number[] = []
  await new Promise((resolve) => socket.on('open', resolve))
  const start = performance.now()
  const over = new Promise((resolve) => socket.on('close', resolve))
  socket.on('message', (data) => {
    const event = JSON.parse(String(data)) as { readonly type: string; readonly end?: number }
    if (event.type === 'final') lags.push((performance.now() - start) / 1000 - (event.end ?? 0))
  })
  for (let sec = 0; sec < Number(seconds); sec += PIECE_SEC) {
    await sleep(Math.max(0, start + 1000 * (sec + PIECE_SEC) - performance.now()))
    const from = Math.round(sec * RATE) % (pcm.length - PIECE_SEC * RATE)
    socket.send(pcm.subarray(from - (from % 2), from - (from % 2) + PIECE_SEC * RATE))
  }
  socket.send('{"type":"end"}')
  await over
  return lags
}

function listening({ stderr }: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    stderr?.on('data', (text) => {
      const [, found] = /listening on http:\/\/(\S+)/.exec(String(text)) ?? []
      if (found !== undefined) resolve(found)
      else if (String(text).includes('error')) reject(new Error(String(text)))
    })
  })
}

async function figure(name: string): Promise<number> {
  const text = await (await fetch(`http://${host}/metrics`)).text()
  return Number(new RegExp(`^${name} (\\S+)`, 'm').exec(text)?.[1])
}
async function cpuSec(_: ChildProcess): Promise<number> {
  return figure('process_cpu_seconds_total')
}
async function memoryKb(_: ChildProcess): Promise<number> {
  return (await figure('process_resident_memory_bytes')) / 1024
}

function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((one, other) => one - other)
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN
}

function rounded(value: number): number {
  return Math.round(value * 1000) / 1000
}
