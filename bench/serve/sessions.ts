// What sessions leave behind: the memory of the server with many idle sessions, after thousands of short ones, and how long
// the place of a client is taken whose process was killed.
// usage: tsx bench/serve/sessions.ts [SHORT_SESSIONS] [IDLE_SESSIONS]
import { spawn } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import WebSocket from 'ws'
import { startServer } from './server.js'
import { speech } from './speaker.js'

const [short = 10_000, idle = 200] = process.argv.slice(2).map(Number)
const AT_ONCE = 16
const ROWS = 5
const CLIENT = `const s = new (require('ws'))(process.argv[1]); s.on('open', () => s.send(Buffer.alloc(64000)))`
const server = await startServer('--max-sessions', String(idle + AT_ONCE), '--max-requests-per-minute', '100000000')

async function row(what: string): Promise<void> {
  const names = ['process_resident_memory_bytes', 'nodejs_active_handles_total', 'asr_sessions_active'] as const
  const [bytes, handles, active] = await Promise.all(names.map((name) => server.figure(name)))
  console.log(`| ${what} | ${Math.round((bytes ?? 0) / 1e6)} MB | ${handles} | ${active} |`)
}

/** A session that hears so many seconds of speech, or of silence. */
function session(audio: Uint8Array): Promise<WebSocket> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(`ws://${server.host}/v1/stream`)
    socket.on('error', reject)
    socket.on('open', () => socket.send(audio, () => resolve(socket)))
  })
}

async function shortSessions(count: number): Promise<void> {
  let left = count
  const audio = new Uint8Array(16_000)
  const one = async () => {
    const socket = await session(audio)
    const over = new Promise((resolve) => socket.on('close', resolve))
    socket.send('{"type":"end"}')
    await over
  }
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      while (left-- > 0) await one()
    }),
  )
}

async function untilFree(places: number): Promise<number> {
  const began = performance.now()
  while ((await server.figure('asr_sessions_active')) > places) await sleep(50)
  return (performance.now() - began) / 1000
}

console.log('| after | memory | handles | sessions |\n|---|---:|---:|---:|')
await row('the start')
await shortSessions(200)
for (let at = 0; at < ROWS; at++) {
  await row(`${200 + (at * short) / ROWS} short sessions`)
  await shortSessions(short / ROWS)
}
await row(`${200 + short} short sessions`)
const sockets = []
for (let at = 0; at < idle; at++) sockets.push(await session(speech().subarray(0, 64_000)))
await sleep(45_000)
await row(`${idle} sessions that said 2 s and are idle`)
for (const socket of sockets) socket.close()
await untilFree(0)
await row('they have gone')
await sleep(15_000)
await row('15 s later')
// Our own stream keeps the place for half a minute, for who comes back.
const client = spawn(process.execPath, ['-e', CLIENT, `ws://${server.host}/v1/listen?encoding=linear16`])
while ((await server.figure('asr_sessions_active')) === 0) await sleep(50)
await sleep(1000)
client.kill('SIGKILL')
console.log(`a killed client frees its place after ${(await untilFree(0)).toFixed(1)} s`)
server.stop()
