import { describe, expect, it } from 'vitest'
import type { AudioChunk } from '../../src/audio/sources/iterable-bytes.js'
import { compressed } from '../helpers/compressed.js'
import { eventsOf, scripted, talkFolder } from '../helpers/scripted-talk.js'
import { fixture } from '../helpers/speech.js'

const { audio: speech } = fixture('jfk')
const raw = new Uint8Array(Int16Array.from(speech, (sample) => Math.round(sample * 2 ** 15)).buffer)

/** Hands chunks over in one piece of memory, which is something else as soon as each was handed over. */
function* reusing(audio: AudioChunk, room: AudioChunk): Generator<AudioChunk> {
  for (let at = 0; at < audio.length; at += room.length) {
    const part = audio.subarray(at, at + room.length)
    room.set(part)
    yield room.subarray(0, part.length)
    room.fill(1)
  }
}

/** What a stream hears. */
async function heard(open: (onArrival: (audio: Float32Array) => void) => Promise<unknown>): Promise<Buffer> {
  const pieces: Buffer[] = []
  await open((audio) => pieces.push(Buffer.from(new Float32Array(audio).buffer)))
  return Buffer.concat(pieces)
}

describe('memory that a program uses again', () => {
  it.each([
    ['a Buffer', raw, Buffer.alloc(4096)],
    ['a Uint8Array', raw, new Uint8Array(4096)],
    ['a Float32Array', speech, new Float32Array(1600)],
  ])('is copied when it is written: %s', async (_, audio, room) => {
    await using transcriber = await scripted(talkFolder())
    const pushed = (chunks: Iterable<AudioChunk>) =>
      heard(async (onArrival) => {
        const stream = transcriber.push({ onArrival })
        for (const chunk of chunks) stream.write(chunk)
        stream.end()
        await eventsOf(stream)
      })
    expect((await pushed(reusing(audio, room))).equals(await pushed([audio]))).toBe(true)
  })

  it.each([
    ['raw audio in a Buffer', raw, Buffer.alloc(12)],
    ['FLAC in a Buffer', compressed('jfk.flac'), Buffer.alloc(4096)],
    ['FLAC in a Uint8Array', compressed('jfk.flac'), new Uint8Array(100)],
    ['Ogg in a Uint8Array', compressed('jfk.ogg'), new Uint8Array(4096)],
    ['samples', speech, new Float32Array(3)],
  ])('is copied when it is iterated over: %s', async (_, audio, room) => {
    await using transcriber = await scripted(talkFolder())
    const iterated = (chunks: Iterable<AudioChunk>) =>
      heard((onArrival) => eventsOf(transcriber.stream(chunks, { onArrival, pace: 'live' })))
    expect((await iterated(reusing(audio, room))).equals(await iterated([audio]))).toBe(true)
  })
})
