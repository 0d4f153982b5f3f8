import { readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { joinedStream } from '../../../src/audio/decode/joined-stream.js'
import { companded, s16le } from '../../helpers/bytes.js'
import { compressed, decoded, likeness } from '../../helpers/compressed.js'
import { fixture } from '../../helpers/speech.js'

const joinedAs = async (bytes: Uint8Array) => joinedStream(bytes.length, async (count) => bytes.subarray(0, count))

/** Frames of a header and bytes that differ from frame to frame. */
function frames(header: readonly number[], length: number, count = 12): Buffer {
  const all = Array.from({ length: count }, (_, frame) => {
    const bytes = Buffer.from(Array.from({ length }, (_, at) => (frame * 31 + at * 7) % 251))
    bytes.set(header)
    return bytes
  })
  return Buffer.concat(all)
}

function packets(count = 14): Buffer {
  const all = Array.from({ length: count }, (_, packet) => {
    const bytes = Buffer.from(Array.from({ length: 188 }, (_, at) => (packet * 31 + at * 7) % 251))
    bytes.set([
      0x47,
      packet % 5 === 0 ? 0x40 : 0x01,
      0x00,
      0x10 | (Math.floor(packet % 5 === 0 ? packet / 5 : packet - packet / 5) % 16),
    ])
    return bytes
  })
  return Buffer.concat(all)
}

describe('a stream that is joined in the middle', () => {
  it.each(['jfk_cbr.mp3', 'jfk_vbr_stereo.mp3'])(
    'is heard when it is an MP3, wherever it is joined: %s',
    async (name) => {
      const bytes = compressed(name)
      const whole = (await decoded(bytes)).audio
      const end = whole.subarray(whole.length - 5 * 16_000)
      for (const from of [1001, 5003, 12_345]) {
        const { audio, error, warnings } = await decoded(bytes.subarray(from))
        expect([error, warnings]).toEqual([null, []])
        expect(audio.length).toBeGreaterThan(end.length)
        expect(likeness(end, audio.subarray(audio.length - end.length), 1500).value).toBeGreaterThan(0.99)
      }
    },
  )

  it.each([
    ['AAC with ADTS', frames([0xff, 0xf1, 0x50, 0x80, 0x19, 0x1f, 0xfc], 200), 'an AAC stream'],
    ['AAC with LOAS', frames([0x56, 0xe0, 0xc5], 200), 'an AAC stream'],
    ['AC-3', frames([0x0b, 0x77, 0, 0, 0x14, 0x40, 0], 768), 'an AC-3 stream'],
    ['a transport stream', packets(), 'an MPEG-TS stream'],
  ])('is told when it is another one: %s', async (_, bytes, what) => {
    for (const from of [1, 60, 150]) expect((await joinedAs(bytes.subarray(from)))?.what).toBe(what)
    const { audio, error } = await decoded(bytes.subarray(60))
    expect(audio).toHaveLength(0)
    expect(error?.message).toContain(`it is ${what}`)
  })
})

describe('raw audio', () => {
  const names = readdirSync(fileURLToPath(new URL('../../../fixtures', import.meta.url)))
  const recordings = names
    .filter((name) => name.endsWith('.wav'))
    .map((name) => fixture(name.replace('.wav', '')).audio)

  const FORMS: readonly (readonly [string, (audio: Float32Array) => Buffer])[] = [
    ['s16le', s16le],
    ['s16be', (audio) => Buffer.from(s16le(audio)).swap16()],
    ['f32le', (audio) => Buffer.from(Float32Array.from(audio).buffer)],
    ['u8', (audio) => Buffer.from(Array.from(audio, (sample) => Math.round(127.5 + 127.5 * sample)))],
    ['mu-law', (audio) => companded(audio, 'toMuLaw')],
    ['A-law', (audio) => companded(audio, 'toALaw')],
  ]

  it.each(FORMS)('is no such stream, wherever speech is cut, however loud: %s', async (_, bytesOf) => {
    const piece = fc
      .record({
        recording: fc.constantFrom(...recordings),
        at: fc.double({ min: 0, max: 1, noNaN: true }),
        gain: fc.constantFrom(1, 0.1, 0.001, 0.0001, 3, -30),
      })
      .map(({ recording, at, gain }) => {
        const from = Math.floor(at * Math.max(0, recording.length - 8000))
        return recording.subarray(from, from + 8000).map((sample) => Math.max(-1, Math.min(1, sample * gain)))
      })
    await fc.assert(
      fc.asyncProperty(piece, fc.nat(3), async (audio, offset) => {
        expect(await joinedAs(bytesOf(audio).subarray(offset))).toBeNull()
      }),
      { numRuns: 150 },
    )
  })

  it('is no such stream when it is noise', async () => {
    const bytes = fc.uint8Array({ minLength: 4000, maxLength: 9000, size: 'max' })
    await fc.assert(
      fc.asyncProperty(bytes, fc.constantFrom(1, 4, 64), async (noise, step) => {
        expect(await joinedAs(noise.map((byte) => 256 - Math.ceil(byte / step)))).toBeNull()
      }),
      { numRuns: 200 },
    )
  })

  it('is no such stream when it repeats, as a tone does', async () => {
    for (const [header, length] of [
      [[0xff, 0xf3, 0x28, 0xc4], 72],
      [[0xff, 0xf1, 0x50, 0x80, 0x19, 0x1f, 0xfc], 200],
    ] as const) {
      const period = frames(header, length, 1)
      expect(await joinedAs(Buffer.concat(Array.from({ length: 60 }, () => period)).subarray(10))).toBeNull()
    }
    expect(await joinedAs(Buffer.alloc(9000, 0x47))).toBeNull()
  })
})
