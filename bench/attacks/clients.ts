import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { connect, type Socket } from 'node:net'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { residentBytes } from '../long/process.js'
import { PROGRAM } from '../run-program.js'

/** Seconds after which a place that is not free again counts as lost. */
const PATIENCE_SEC = 120
const FLOOD_SEC = 5
/** A session that hears nothing gives its memory back after 10 s; one that has ended, sooner. */
const RESTING_SEC = 15
const SETTLING_SEC = 5
const HEADER_BYTES = 44
const SPEECH = fileURLToPath(new URL('../../fixtures/two_cities.wav', import.meta.url))

/** The program as a server on the loopback address. */
async function serve(args: readonly string[]): Promise<{ readonly child: ChildProcess; readonly port: number }> {
  const child = spawn(process.execPath, [PROGRAM, 'listen', '--port', '0', ...args], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  for await (const line of createInterface(child.stderr!)) {
    const address = /listening on .*:(\d+)$/.exec(line)
    if (address) return { child, port: Number(address[1]) }
  }
  throw new Error('the server ended')
}

async function open(port: number): Promise<Socket> {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true })
  socket.on('error', () => {})
  await once(socket, 'connect')
  return socket
}

/** Sends audio, ends its side, and gives the lines. */
async function polite(port: number, audio: Uint8Array): Promise<readonly string[]> {
  const socket = await open(port)
  const lines: string[] = []
  createInterface(socket).on('line', (line) => lines.push(line))
  socket.end(audio)
  await once(socket, 'close').catch(() => undefined)
  return lines
}

/** Sends audio and waits for a line, but for no longer than anybody has patience. */
async function recognized(socket: Socket, audio: Uint8Array): Promise<void> {
  const line = once(socket, 'data', { signal: AbortSignal.timeout(1000 * PATIENCE_SEC) }).catch(() => undefined)
  socket.write(audio)
  await line
}

/** Seconds until a client is served again; null: not in time. */
async function freeAfter(port: number, audio: Uint8Array): Promise<number | null> {
  const begin = performance.now()
  const passed = () => (performance.now() - begin) / 1000
  while (passed() < PATIENCE_SEC) {
    const [line = ''] = await polite(port, audio)
    if (!/sessions .*are taken/.test(line)) return passed()
    await sleep(500)
  }
  return null
}

/** Fills all places with clients that send as fast as they can, and then go. */
async function flood(speech: Uint8Array, leave: (socket: Socket) => unknown): Promise<string> {
  const { child, port } = await serve([])
  const sockets = await Promise.all(Array.from({ length: 4 }, () => open(port)))
  for (const end = performance.now() + 1000 * FLOOD_SEC; performance.now() < end; await sleep(10)) {
    for (const socket of sockets) if (!socket.writableNeedDrain) socket.write(speech)
  }
  for (const socket of sockets) leave(socket)
  const seconds = await freeAfter(port, speech.subarray(0, 32_000))
  child.kill('SIGKILL')
  return seconds === null ? `NOT FREE after ${PATIENCE_SEC} s` : `free after ${seconds.toFixed(1)} s`
}

/** Fills all places with clients that send a byte a second. */
async function drip(speech: Uint8Array): Promise<string> {
  const { child, port } = await serve(['--idle-timeout', '5'])
  const sockets = await Promise.all(Array.from({ length: 4 }, () => open(port)))
  const timer = setInterval(() => {
    for (const socket of sockets) socket.write(Buffer.alloc(1))
  }, 1000)
  const seconds = await freeAfter(port, speech.subarray(0, 32_000))
  clearInterval(timer)
  child.kill('SIGKILL')
  return seconds === null ? `NOT FREE after ${PATIENCE_SEC} s` : `free after ${seconds.toFixed(1)} s`
}

/** Memory before, while so many sessions are heard, while they are idle, and after. */
async function memory(speech: Uint8Array, sessions: number): Promise<string> {
  const { child, port } = await serve(['--max-sessions', String(sessions)])
  const megabytes = async () => Math.round((await residentBytes(child.pid!)) / 1e6)
  await polite(port, speech.subarray(0, 64_000))
  const before = await megabytes()
  let peak = before
  const watching = setInterval(async () => {
    peak = Math.max(peak, await megabytes())
  }, 500)
  const sockets = await Promise.all(Array.from({ length: sessions }, () => open(port)))
  await Promise.all(sockets.map((socket) => recognized(socket, speech.subarray(0, 96_000))))
  await sleep(1000 * RESTING_SEC)
  clearInterval(watching)
  const idle = await megabytes()
  for (const socket of sockets) socket.destroy()
  await sleep(1000 * SETTLING_SEC)
  const after = await megabytes()
  child.kill('SIGKILL')
  return `${before} MB before, ${peak} MB at the most, ${idle} MB while they are idle, ${after} MB after`
}

const speech = new Uint8Array((await readFile(SPEECH)).subarray(HEADER_BYTES))
console.log('4 clients that flood and reset:', await flood(speech, (socket) => socket.resetAndDestroy()))
console.log('4 clients that flood and close:', await flood(speech, (socket) => socket.destroy()))
console.log('4 clients that send a byte a second, --idle-timeout 5:', await drip(speech))
console.log('50 sessions at once:', await memory(speech, 50))
process.exit()
