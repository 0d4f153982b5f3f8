import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import wavefile from 'wavefile'
import type { PcmFormat } from '../../../src/audio/decode/pcm.js'
import { type RawEncoding, rawFormat } from '../../../src/audio/decode/raw-format.js'
import { StreamSource } from '../../../src/audio/sources/stream-source.js'
import { InputError } from '../../../src/core/errors.js'
import { inPieces, s16le } from '../../helpers/bytes.js'
import { rememberingLog } from '../../helpers/logs.js'

const SPEECH = fileURLToPath(new URL('../../../fixtures/austen_880.wav', import.meta.url))
const HEADER_BYTES = 44

interface Heard {
  readonly audio: readonly number[]
  readonly warnings: readonly string[]
  readonly error: string | null
}

async function heard(
  bytes: Uint8Array,
  sizes: readonly number[] = [],
  raw?: PcmFormat,
  startAtSec = 0,
): Promise<Heard> {
  const log = rememberingLog()
  const open = () => inPieces(bytes, sizes)
  const source = new StreamSource({ name: 'the pipe', open, log, startAtSec, ...(raw ? { raw } : {}) })
  const audio: number[] = []
  let error: string | null = null
  try {
    for await (const piece of source.read()) for (const sample of piece) audio.push(sample)
  } catch (cause) {
    expect(cause).toBeInstanceOf(InputError)
    error = (cause as InputError).message
  }
  return { audio, warnings: log.warnings, error }
}

const sizes = fc.array(fc.oneof(fc.integer({ min: 0, max: 9 }), fc.integer({ min: 0, max: 5000 })), { maxLength: 60 })
const encoding = fc.constantFrom<RawEncoding>('s16le', 's32le', 'f32le', 'u8', 'mulaw', 'alaw')
const format = fc
  .tuple(encoding, fc.constantFrom(8000, 11_025, 16_000, 44_100, 48_000), fc.integer({ min: 1, max: 3 }))
  .map(([name, rate, channels]) => rawFormat(name, rate, channels))

describe('a stream of raw audio', () => {
  it('is 16 bit, 16 kHz, mono unless it is told otherwise', async () => {
    const { audio } = await heard(s16le([0, 0.5, -0.5, -1]))
    expect(audio).toEqual([0, 0.5, -0.5, -1])
  })

  it('may end in the middle of a sample', async () => {
    const samples = Array.from({ length: 2000 }, (_, i) => (i % 4) / 4)
    const { audio, warnings, error } = await heard(s16le([...samples, 0.75]).subarray(0, 4001))
    expect([audio, warnings, error]).toEqual([samples, [], null])
  })

  it('may be shorter than a header, but not empty unless that is expected', async () => {
    expect(await heard(new Uint8Array(0))).toEqual({ audio: [], warnings: [], error: 'the pipe is empty' })
    const open = () => inPieces(new Uint8Array(0), [])
    const source = new StreamSource({ name: 'x', open, log: rememberingLog(), mayBeEmpty: true })
    expect((await source.read().next()).done).toBe(true)
    expect((await heard(s16le([0.5]))).audio).toEqual([0.5])
  })

  it('is handed over as it comes, not when a buffer is full', async () => {
    const pieces = [s16le(new Float32Array(40)), s16le(new Float32Array(7)), s16le(new Float32Array(1))]
    let given = 0
    async function* open() {
      for (const piece of pieces) {
        given++
        yield piece
      }
    }
    const seen: (readonly [number, number])[] = []
    for await (const audio of new StreamSource({ name: 'x', open, log: rememberingLog() }).read()) {
      seen.push([given, audio.length])
    }
    expect(seen).toEqual([
      [1, 40],
      [2, 7],
      [3, 1],
    ])
  })

  it('begins later where it is told', async () => {
    const samples = Float32Array.from({ length: 20_000 }, (_, index) => (index % 100) / 128)
    const { audio } = await heard(s16le(samples), [333, 5000], undefined, 0.5)
    expect(audio).toEqual([...samples.subarray(8000)])
  })

  // With these seeds audio at 8 kHz was louder than full scale.
  it.each([undefined, 1, 2])('gives the same audio however it is cut, whatever it holds (seed %s)', async (seed) => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 30_000 }), sizes, format, async (bytes, cuts, raw) => {
        const whole = await heard(bytes, [], raw)
        expect(await heard(bytes, cuts, raw)).toEqual(whole)
        expect(whole.audio.every((sample) => Math.abs(sample) <= 1)).toBe(true)
      }),
      { numRuns: 40, ...(seed === undefined ? {} : { seed }) },
    )
  })

  it.each([8000, 11_025, 44_100])('stays within full scale between full-scale samples of %i Hz', async (rate) => {
    // Signs as those of the filter's weights half-way between two samples: no other input gives a louder output.
    const loudest = Array.from({ length: 400 }, (_, i) => {
      const distance = i - 199.5
      return Math.sin((Math.PI * distance * Math.min(rate, 16_000)) / rate) / distance < 0 ? -1 : 1
    })
    const { audio } = await heard(s16le(loudest), [], rawFormat('s16le', rate, 1))
    expect(Math.max(...audio)).toBe(1)
    expect(audio.every((sample) => sample >= -1 && sample <= 1)).toBe(true)
  })

  it.each([
    ['an AMR stream', '#!AMR\n\x3c\x91\x17\x16\xbe\x66\x79\xe1'],
    ['an Ogg stream', 'OggS\0\x02\0\0\0\0\0\0\0\0\0\0'],
    ['a WebM', '\x1aE\xdf\xa3\x9fB\x86\x81\x01B\xf7\x81'],
  ])('is refused when it is %s', async (name, begin) => {
    expect((await heard(Buffer.from(begin, 'latin1'))).error).toContain(`the pipe cannot be read: it is ${name}`)
  })
})

describe('a stream with a WAV header', () => {
  it.each([0, 0xffff_ffff, 0x7fff_f000])('is read to its end when the header says %i bytes', async (size) => {
    const bytes = Buffer.from(await readFile(SPEECH))
    const plain = await heard(bytes)
    bytes.writeUInt32LE(size, 40)
    expect(await heard(bytes, [1, 2, 3, 1000])).toEqual(plain)
    expect(plain.audio).toHaveLength((bytes.length - HEADER_BYTES) / 2)
  })

  it('has the form that the header says, whatever --raw says', async () => {
    const samples = Float32Array.from({ length: 24_000 }, (_, index) => Math.sin(index / 20) / 2)
    const wav = new wavefile.WaveFile()
    wav.fromScratch(2, 48_000, '32f', [samples, samples])
    const { audio, warnings } = await heard(wav.toBuffer(), [100], rawFormat('mulaw', 8000, 1))
    expect([audio.length, warnings]).toEqual([8000, []])
    expect(audio[4000]).toBeCloseTo(Math.sin(12_000 / 20) / 2, 2)
  })

  it('is told of when less comes than it announces', async () => {
    const { audio, warnings } = await heard((await readFile(SPEECH)).subarray(0, HEADER_BYTES + 32_001))
    expect(audio).toHaveLength(16_000)
    expect(warnings).toEqual(['the pipe is cut off: its header announces 3.0 s of audio, and it has 1.0 s'])
  })

  it('gives the same audio, warnings and errors however it is cut and damaged', async () => {
    const bytes = (await readFile(SPEECH)).subarray(0, 20_000)
    const damage = fc.array(fc.tuple(fc.nat(HEADER_BYTES + 3), fc.nat(255)), { maxLength: 3 })
    await fc.assert(
      fc.asyncProperty(damage, sizes, async (changes, cuts) => {
        const damaged = Uint8Array.from(bytes)
        for (const [at, value] of changes) damaged[at] = value
        expect(await heard(damaged, cuts)).toEqual(await heard(damaged))
      }),
      { numRuns: 150 },
    )
  })
})

describe('a stream that fails', () => {
  it('gives what came, then says what happened', async () => {
    async function* open() {
      yield s16le(new Float32Array(9).fill(0.5))
      throw new Error('read ECONNRESET')
    }
    const audio = new StreamSource({ name: 'the pipe', open, log: rememberingLog() }).read()
    expect((await audio.next()).value).toEqual(new Float32Array(9).fill(0.5))
    await expect(audio.next()).rejects.toThrow('the pipe cannot be read any further: read ECONNRESET')
  })

  it('just ends when that is wanted', async () => {
    const abort = new AbortController()
    const log = rememberingLog()
    async function* open() {
      yield (await readFile(SPEECH)).subarray(0, 2000)
      abort.abort()
      throw new Error('the stream was closed')
    }
    const pieces: number[] = []
    for await (const { length } of new StreamSource({ name: 'x', open, log }).read(abort.signal)) pieces.push(length)
    expect([pieces, log.warnings]).toEqual([[978], []])
  })
})
