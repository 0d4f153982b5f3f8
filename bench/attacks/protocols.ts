// Clients of all protocols of "serve" that send anything: at random, cut off, out of order, huge, slowly.
// usage: tsx bench/attacks/protocols.ts [MINUTES] [SEED]
import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import WebSocket from 'ws'
import { startServer } from '../serve/server.js'
import { speech } from '../serve/speaker.js'
import { PART, SAID, SOCKETS, TYPES } from './client-messages.js'
import { type Chance, chance } from './random.js'

const BODIES =
  '/v1/audio/transcriptions /v1/audio/translations /v1/listen /load_model /upload_and_transcribe /evaluate_model /reset_handler'
const HEADERS = [
  '{"type":"describe"}\n',
  '{"type":"transcribe","data":{"language":"en"}}\n',
  '{"type":"audio-start","data":{"rate":16000,"width":2,"channels":1}}\n',
  '{"type":"audio-chunk","data":{"rate":1e9,"width":-1},"payload_length":3000}\n',
  '{"type":"audio-chunk","payload_length":4000000}\n',
  '{"type":"audio-stop"}\n',
  '{"type":"x","data_length":1e12}\n',
]
const REQUEST = 'POST /v1/listen HTTP/1.1\r\nhost: localhost\r\ncontent-length: 99\r\n\r\n{'
/** One in so many rounds is huge, or slow. */
const RARELY = 40
const ROUNDS_A_LOOK = 60
const LOOK_MS = 20_000
/** A session that broke off is kept for 30 s for the one who comes back, and what it has heard is recognized meanwhile. */
const FREE_MS = 120_000

const [minutes = 3, seed = 1] = process.argv.slice(2).map(Number)
const unlimited = ['--max-requests-per-minute', '100000000', '--max-upload', '5']
const server = await startServer('--tcp-port', '0', '--wyoming-port', '0', '--idle-timeout', '20', ...unlimited)
const pcm = speech()
let [rounds, faults] = [0, 0]

const until = performance.now() + 60_000 * minutes
while (performance.now() < until) {
  await Promise.all(Array.from({ length: 6 }, () => round(rounds++)))
  if (rounds % ROUNDS_A_LOOK === 0) await look()
}
await look()
if (!(await isFree())) fault('a place is not given back')
server.stop()
console.log(`${rounds} clients in ${minutes} min, from seed ${seed} on: ${faults} faults`)
process.exit(faults === 0 ? 0 : 1)

/** One client, the same for the same seed and number. */
async function round(at: number): Promise<void> {
  const random = chance(seed * 1_000_003 + at)
  const attack = random.one([overSocket, overSocket, overTcp, overHttp])
  const told = await attack(random)
  if (/node_modules|\/dist\/|\.[tj]s:\d/.test(told)) fault(`client ${at} is told too much: ${told}`)
}

function overSocket(random: Chance): Promise<string> {
  return new Promise((resolve) => {
    const socket = new WebSocket(`ws://${server.host}${random.one(SOCKETS)}`)
    let told = ''
    socket.on('error', () => {})
    socket.on('message', (data) => {
      told += String(data)
    })
    socket.on('close', () => resolve(told))
    socket.on('open', async () => {
      for (let left = random.below(14); left > 0; left--) {
        socket.send(messageOf(random))
        if (random.below(RARELY) === 0) await sleep(500)
      }
      if (random.next() < 0.5) socket.terminate()
      else if (random.below(2) === 0) socket.close()
      else {
        socket.send('{"type":"end"}')
        setTimeout(() => socket.terminate(), 3000)
      }
    })
  })
}

function overTcp(random: Chance): Promise<string> {
  const pieces = Array.from({ length: random.below(8) }, () =>
    random.next() < 0.6 ? cut(random, random.one(HEADERS)) : bytesOf(random),
  )
  const port = random.one([server.wyomingPort, server.tcpPort])
  return sentRaw(port, [...pieces, ...(random.below(RARELY) === 0 ? ['x'.repeat(3_000_000)] : [])], random)
}

async function overHttp(random: Chance): Promise<string> {
  if (random.next() < 0.2) {
    return sentRaw(Number(server.host.split(':')[1]), [cut(random, REQUEST), bytesOf(random)], random)
  }
  const huge = new Uint8Array(8_000_000)
  const text = random.one(['', '{}', '{"backend":5}', '{"policy":"x"}', '[1]', '{"a":[]}', PART, 'RIFF'])
  const body = random.below(RARELY) === 0 ? huge : random.next() < 0.7 ? cut(random, text) : bytesOf(random)
  const options = { method: 'POST', headers: { 'content-type': random.one(TYPES) }, body }
  try {
    const answer = await fetch(`http://${server.host}${random.one(BODIES.split(' '))}`, options)
    if (answer.status === 500) fault(`500: ${options.headers['content-type']}, ${String(body).slice(0, 200)}`)
    return await answer.text()
  } catch {
    // Whoever sends too much may be cut off before the answer is read.
    return ''
  }
}

/** Sends bytes over TCP as they are, and goes, politely or not. */
function sentRaw(port: number, pieces: readonly (string | Uint8Array)[], random: Chance): Promise<string> {
  return new Promise((resolve) => {
    let told = ''
    const socket = connect(port, '127.0.0.1', async () => {
      for (const piece of pieces) {
        socket.write(piece)
        if (random.below(RARELY) === 0) await sleep(500)
      }
      if (random.next() < 0.3) socket.resetAndDestroy()
      else socket.end()
    })
    socket.on('error', () => {})
    socket.on('data', (data) => {
      told += String(data)
    })
    socket.on('close', () => resolve(told))
    setTimeout(() => socket.destroy(), 5000).unref()
  })
}

function messageOf(random: Chance): string | Uint8Array {
  if (random.below(10 * RARELY) === 0) return new Uint8Array(5_000_000)
  return random.next() < 0.6 ? cut(random, random.one(SAID)) : bytesOf(random)
}

/** Mostly whole. */
function cut(random: Chance, text: string): string {
  return random.next() < 0.8 ? text : text.slice(0, random.below(text.length + 1))
}

/** Noise or speech, of odd lengths. */
function bytesOf(random: Chance): Uint8Array<ArrayBuffer> {
  const length = random.below(6000)
  if (random.next() < 0.5) return Uint8Array.from({ length }, () => random.below(256))
  const from = random.below(pcm.length - length)
  return new Uint8Array(pcm.subarray(from, from + length))
}

async function look(): Promise<void> {
  const signal = AbortSignal.timeout(LOOK_MS)
  const answer = await fetch(`http://${server.host}/healthz`, { signal }).catch(() => null)
  if (!answer?.ok) fault('the server does not answer')
  const [wrong] = /.*(unexpected|TypeError|RangeError|ReferenceError|unhandled).*/i.exec(server.log()) ?? []
  if (wrong !== undefined) fault(`the log says: ${wrong}`)
  if (faults > 10) process.exit(1)
}

async function isFree(): Promise<boolean> {
  for (const end = performance.now() + FREE_MS; performance.now() < end; await sleep(500)) {
    const answer = await fetch(`http://${server.host}/readyz`)
    if (((await answer.json()) as { readonly sessions: number }).sessions === 0) return true
  }
  return false
}

function fault(what: string): void {
  console.log(`FAULT ${++faults}, after ${rounds} clients of seed ${seed}: ${what}`)
}
