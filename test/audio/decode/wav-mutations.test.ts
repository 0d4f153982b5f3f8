import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { AudioFileSource } from '../../../src/audio/sources/audio-file-source.js'
import { StreamSource } from '../../../src/audio/sources/stream-source.js'
import { InputError } from '../../../src/core/errors.js'
import type { AudioSource } from '../../../src/core/types.js'
import { inPieces } from '../../helpers/bytes.js'
import { rememberingLog } from '../../helpers/logs.js'
import { fixturePath } from '../../helpers/speech.js'
import { chunk, extension, fmt, riff } from '../../helpers/wavs.js'

const pcm = (await readFile(fixturePath('austen_880'))).subarray(44, 12_044)
const data = chunk('data', pcm)
const BASES = [
  riff([fmt(), data]),
  riff([fmt({ channels: 2, rate: 44_100 }), chunk('LIST', Buffer.from('INFOISFT\x03\0\0\0abc')), data]),
  riff([fmt({ tag: 3, bits: 32, rate: 8000 }), data]),
  riff([fmt({ tag: 0xfffe, bits: 24, blockAlign: 4, extension: extension(24, 1) }), data]),
  // Doubles of any size, beyond all floats.
  riff([fmt({ tag: 3, bits: 64, channels: 2, rate: 44_100 }), data]),
  riff([fmt({ tag: 6, bits: 8, rate: 8000 }), data, chunk('LIST', Buffer.from('INFO'))]),
  riff([chunk('ds64', Buffer.alloc(28)), fmt(), chunk('data', pcm, { size: 0xffff_ffff })], { id: 'RF64' }),
  Buffer.concat([riff([fmt(), data]), riff([fmt({ rate: 44_099 }), data])]),
]
const HEADER = 120

const value = fc.oneof(
  fc.constantFrom(
    0,
    1,
    2,
    7,
    8,
    64,
    65,
    999,
    0x7f,
    0xff,
    0x7fff,
    0xffff,
    0x7fff_0000,
    0x7fff_ffff,
    0x8000_0000,
    0xffff_ffff,
  ),
  fc.nat(400_000),
)
type Mutation = (bytes: Buffer) => Buffer
const mutation: fc.Arbitrary<Mutation> = fc.oneof(
  fc.tuple(fc.nat(HEADER), fc.nat(255)).map(([at, byte]) =>
    changed((bytes) => {
      if (at < bytes.length) bytes[at] = byte
    }),
  ),
  fc.tuple(fc.nat(HEADER), value).map(([at, word]) =>
    changed((bytes) => {
      if (at + 4 <= bytes.length) bytes.writeUInt32LE(word, at)
    }),
  ),
  fc.tuple(fc.integer({ min: 10, max: 24 }), value).map(([field, word]) =>
    changed((bytes) => {
      if (2 * field + 2 <= bytes.length) bytes.writeUInt16LE(word % 65_536, 2 * field)
    }),
  ),
  fc.nat(13_000).map(
    (end): Mutation =>
      (bytes) =>
        bytes.subarray(0, end),
  ),
  fc.tuple(fc.nat(HEADER), fc.nat(20)).map(
    ([at, count]): Mutation =>
      (bytes) =>
        Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + count)]),
  ),
  fc.tuple(fc.nat(60), fc.constantFrom('LIST', 'fmt ', 'data', 'ds64', 'RIFF', '\0\0\0\0'), value, fc.nat(100)).map(
    ([at, id, size, length]): Mutation =>
      (bytes) =>
        Buffer.concat([bytes.subarray(0, at), chunk(id, Buffer.alloc(length), { size }), bytes.subarray(at)]),
  ),
  fc.nat(3000).map(
    (count): Mutation =>
      (bytes) =>
        Buffer.concat([bytes.subarray(0, 12), Buffer.alloc(8 * count), bytes.subarray(12)]),
  ),
)

function changed(change: (bytes: Buffer) => void): Mutation {
  return (bytes) => {
    const copy = Buffer.from(bytes)
    change(copy)
    return copy
  }
}

interface Outcome {
  readonly samples: number
  readonly sum: number
  readonly error: string | null
}

async function outcome(open: () => Promise<AudioSource>): Promise<Outcome> {
  let [samples, sum] = [0, 0]
  try {
    for await (const piece of (await open()).read()) {
      for (const sample of piece) {
        if (!(Math.abs(sample) <= 1)) throw new Error(`a sample is ${sample}`)
        sum += sample * (1 + (samples++ % 101))
      }
    }
    return { samples, sum, error: null }
  } catch (error) {
    if (!(error instanceof InputError)) throw error
    return { samples, sum, error: error.message }
  }
}

describe('a damaged WAV', () => {
  let folder = ''
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'asr-stream-test-'))
  })
  afterAll(() => rm(folder, { recursive: true }))

  it('is heard or refused with a reason, as a file as from a pipe, within full scale, at a bounded length', async () => {
    const damaged = fc
      .tuple(fc.constantFrom(...BASES), fc.array(mutation, { minLength: 1, maxLength: 3 }))
      .map(([base, mutations]) => mutations.reduce((bytes, mutate) => mutate(bytes), base))
    await fc.assert(
      fc.asyncProperty(damaged, fc.array(fc.nat(3000), { maxLength: 8 }), async (bytes, cuts) => {
        const path = join(folder, 'damaged.wav')
        await writeFile(path, bytes)
        const file = await outcome(() => AudioFileSource.open(path, { log: rememberingLog() }))
        const stream = { name: path, log: rememberingLog() }
        const pipe = await outcome(async () => new StreamSource({ ...stream, open: () => inPieces(bytes, cuts) }))
        // One byte is a sample of 1 ms at most.
        expect(file.samples).toBeLessThanOrEqual(bytes.length * 16 + 64)
        // What is no WAV at all is raw on a pipe, and a file that is found out to be none is not begun.
        if (file.error === null) expect(pipe).toEqual(file)
      }),
      { numRuns: 250 },
    )
  })

  it('does not keep anybody busy with millions of chunks that hold nothing', async () => {
    let read = 0
    async function* open() {
      yield riff([fmt()])
      for (; read < 64; read++) yield new Uint8Array(1024 * 1024)
    }
    const { error } = await outcome(async () => new StreamSource({ name: 'x', log: rememberingLog(), open }))
    expect(error).toContain('has no audio')
    expect(read).toBeLessThan(2)
  })

  it('does not skip gigabytes in search of audio', async () => {
    let read = 0
    async function* open() {
      yield riff([fmt(), chunk('LIST', new Uint8Array(0), { size: 0xffff_fff0 })])
      for (; read < 64; read++) yield new Uint8Array(1024 * 1024)
    }
    const { error } = await outcome(async () => new StreamSource({ name: 'x', log: rememberingLog(), open }))
    expect(error).toContain('has no audio')
    expect(read).toBeLessThan(2)
  })
})
