// Abuses a server until it is stopped; started by abuse.ts, in a process of its own.
// usage: tsx bench/serve/abusers.ts KIND HOST WYOMING_PORT TCP_PORT
import { randomBytes } from 'node:crypto'
import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import WebSocket from 'ws'
import { speech } from './speaker.js'

const UPLOAD_BYTES = 60_000_000
const HEADER_BYTES = 44
/** What one attacker does at a time. */
const AT_ONCE = 8
const SOCKETS = ['/v1/stream', '/v1/listen', '/v1/realtime', '/vosk']

const [kind = '', host = '', ...ports] = process.argv.slice(2)

const ABUSES: Readonly<Record<string, () => Promise<unknown>>> = {
  async requests() {
    await fetch(`http://${host}/v1/models`).then((answer) => answer.text())
  },
  async connections() {
    await socketOver(SOCKETS[Math.floor(Math.random() * SOCKETS.length)] ?? '', (socket) => socket.terminate())
    await Promise.all(ports.map((port) => tcpOver(Number(port), Buffer.alloc(0))))
  },
  async 'full-speed audio'() {
    const pcm = speech()
    await socketOver('/v1/stream', async (socket) => {
      while (socket.readyState === socket.OPEN) {
        socket.send(pcm.subarray(0, 320_000))
        while (socket.bufferedAmount > 1e6 && socket.readyState === socket.OPEN) await sleep(5)
        await sleep(1)
      }
    })
  },
  async uploads() {
    const body = new FormData()
    body.set('file', new Blob([upload]), 'long.wav')
    const path = Math.random() < 0.5 ? '/v1/audio/transcriptions' : '/v1/listen'
    await fetch(`http://${host}${path}`, { method: 'POST', body: path === '/v1/listen' ? upload : body })
      .then((answer) => answer.text())
      .finally(() => sleep(100))
  },
  async garbage() {
    await Promise.all([
      socketOver(SOCKETS[Math.floor(Math.random() * SOCKETS.length)] ?? '', (socket) => {
        for (let at = 0; at < 20; at++) socket.send(randomBytes(10_000), { binary: at % 2 === 0 })
        socket.close()
      }),
      ...ports.map((port) => tcpOver(Number(port), randomBytes(100_000))),
      fetch(`http://${host}/v1/audio/transcriptions`, { method: 'POST', body: randomBytes(100_000) }).then((answer) =>
        answer.text(),
      ),
      tcpOver(Number(host.split(':')[1]), randomBytes(10_000)),
    ])
  },
}

/** A WAV of real speech. */
function longWav(): Uint8Array<ArrayBuffer> {
  const pcm = speech()
  const wav = Buffer.alloc(UPLOAD_BYTES)
  wav.write('RIFF\0\0\0\0WAVEfmt ', 0, 'latin1')
  wav.writeUInt32LE(UPLOAD_BYTES - 8, 4)
  for (const [at, value] of [16, 0x1_00_01, 16_000, 32_000, 0x10_00_02].entries()) wav.writeUInt32LE(value, 16 + 4 * at)
  wav.write('data', 36, 'latin1')
  wav.writeUInt32LE(UPLOAD_BYTES - HEADER_BYTES, 40)
  for (let at = HEADER_BYTES; at < UPLOAD_BYTES; at += pcm.length) pcm.copy(wav, at)
  return new Uint8Array(wav)
}

function socketOver(path: string, use: (socket: WebSocket) => unknown): Promise<void> {
  return new Promise((resolve) => {
    const socket = new WebSocket(`ws://${host}${path}`)
    socket.on('error', () => {})
    socket.on('close', () => resolve())
    socket.on('open', () => use(socket))
  })
}

function tcpOver(port: number, bytes: Uint8Array): Promise<void> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => socket.end(bytes)).resume()
    socket.on('error', () => {})
    socket.on('close', () => resolve())
    socket.setTimeout(5000, () => socket.destroy())
  })
}

const upload = kind === 'uploads' ? longWav() : new Uint8Array()
const abuse = ABUSES[kind]
if (!abuse) throw new Error(`kinds are ${Object.keys(ABUSES).join(', ')}`)
await Promise.all(
  Array.from({ length: AT_ONCE }, async () => {
    for (;;) await abuse().catch(() => sleep(5))
  }),
)
