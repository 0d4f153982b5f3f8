/**
 * Memory of sessions that are open and idle: each hears some speech once, then nothing more comes.
 *
 *   npx tsx bench/idle-sessions.ts [sessions = 200] [seconds of speech = 3]
 */
import '../src/backends/onnx/telemetry.js'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { AudioFileSource } from '../src/audio/sources/audio-file-source.js'
import { silentLog } from '../src/core/silent-log.js'
import { createTranscriber } from '../src/transcriber/create-transcriber.js'
import type { PushStream } from '../src/transcriber/push-stream.js'

const SPEECH = fileURLToPath(new URL('../fixtures/jfk.wav', import.meta.url))
const RATE = 16_000
/** Sessions give their memory back when they rest for 10 s. */
const REST_SEC = 15

/** The last part of audio is decoded when more comes. */
const HELD_SEC = 0.1

const [sessions = 200, seconds = 3] = process.argv.slice(2).map(Number)
const residentMb = () => process.memoryUsage().rss / 2 ** 20

const speech = await firstSeconds(seconds)
const transcriber = await createTranscriber({ language: 'en' })
await heardOnce(transcriber.push())
await sleep(1000 * REST_SEC)
const before = residentMb()
const streams: PushStream[] = []
for (let at = 0; at < sessions; at++) {
  const stream = transcriber.push()
  await heardOnce(stream)
  streams.push(stream)
}
const used = residentMb()
await sleep(1000 * REST_SEC)
const idle = residentMb()
for (const stream of streams) stream.end()
await transcriber.close()
console.log(`| sessions | none | used, one after the other | idle for ${REST_SEC} s | more than none |`)
console.log('|---:|---:|---:|---:|---:|')
console.log(`| ${sessions} | ${[before, used, idle, idle - before].map((mb) => `${mb.toFixed(0)} MB`).join(' | ')} |`)

/** Lets a stream hear the speech, and leaves it open. */
async function heardOnce(stream: PushStream): Promise<void> {
  stream.write(speech)
  const events = stream[Symbol.asyncIterator]()
  for (;;) {
    const { value, done } = await events.next()
    if (done || (value.type === 'progress' && value.recognizedSec >= seconds - HELD_SEC)) return
  }
}

async function firstSeconds(length: number): Promise<Float32Array> {
  const source = await AudioFileSource.open(SPEECH, { log: silentLog })
  const audio = new Float32Array(length * RATE)
  let filled = 0
  for await (const piece of source.read()) {
    audio.set(piece.subarray(0, audio.length - filled), filled)
    filled += Math.min(piece.length, audio.length - filled)
    if (filled === audio.length) break
  }
  return audio
}
