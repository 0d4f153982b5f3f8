import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { AudioFileSource } from '../../../src/audio/sources/audio-file-source.js'
import { StreamSource } from '../../../src/audio/sources/stream-source.js'
import { inPieces } from '../../helpers/bytes.js'
import { rememberingLog } from '../../helpers/logs.js'
import { fixturePath } from '../../helpers/speech.js'
import { chunk, extension, fmt, riff } from '../../helpers/wavs.js'

const pcm = (await readFile(fixturePath('austen_880'))).subarray(44)
const samples = Array.from({ length: pcm.length / 2 }, (_, i) => pcm.readInt16LE(i * 2))
const spoken = samples.map((sample) => sample / 32_768)
const UNKNOWN = 0xffff_ffff

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'asr-stream-test-'))
})
afterAll(() => rm(folder, { recursive: true }))

interface Heard {
  readonly audio: readonly number[]
  readonly warnings: readonly string[]
  readonly durationSec: number
}

async function fromFile(bytes: Uint8Array, startAtSec = 0): Promise<Heard> {
  const path = join(folder, 'x.wav')
  await writeFile(path, bytes)
  const log = rememberingLog()
  const source = await AudioFileSource.open(path, { log, startAtSec })
  const audio: number[] = []
  for await (const piece of source.read()) audio.push(...piece)
  return {
    audio,
    warnings: log.warnings.map((line) => line.replace(path, 'x')),
    durationSec: source.durationSec ?? Number.NaN,
  }
}

async function fromPipe(bytes: Uint8Array, startAtSec = 0, isWhole = false): Promise<Heard> {
  const log = rememberingLog()
  const open = () => inPieces(bytes, [1, 50, 7, 4000, 33_333])
  const audio: number[] = []
  for await (const piece of new StreamSource({ name: 'x', open, log, startAtSec, isWhole }).read()) audio.push(...piece)
  return { audio, warnings: log.warnings, durationSec: audio.length / 16_000 }
}

const ways = [
  ['a file', fromFile],
  ['a pipe', fromPipe],
] as const

function integers(bytes: number, value: (sample: number) => number): Buffer {
  const all = Buffer.alloc(samples.length * bytes)
  samples.forEach((sample, i) => {
    all.writeIntLE(value(sample), i * bytes, bytes)
  })
  return all
}

function floats(value: (sample: number) => number): Buffer {
  return Buffer.from(Float32Array.from(samples, value).buffer)
}

const data = (size: number) => chunk('data', pcm, { size })
const info = Buffer.concat([Buffer.from('INFO'), chunk('ISFT', Buffer.from('Lavf58.45.100'), { padded: false })])
const one = riff([fmt(), chunk('data', pcm)])

/** Every one holds the whole of the same recording; a pattern is what is said about it. */
const WHOLE: readonly (readonly [what: string, bytes: Buffer, warns: RegExp | null])[] = [
  ['with a data size of 0, never finished', riff([fmt(), data(0)], { size: 36 }), /unfinished header/],
  ['with a data size of 0 and the size of the file', riff([fmt(), data(0)]), /unfinished header/],
  [
    'of a killed recorder with filler',
    riff([fmt(), chunk('FLLR', Buffer.alloc(4044)), data(0)], { size: 4088 }),
    /unfinished header/,
  ],
  [
    'RF64 whose long sizes are 0',
    riff([chunk('ds64', Buffer.alloc(28)), fmt(), data(UNKNOWN)], { size: UNKNOWN, id: 'RF64' }),
    /unfinished header/,
  ],
  ['with sizes of the first second', riff([fmt(), data(32_000)], { size: 32_036 }), /announces 1\.0 s .* more follows/],
  ['whose data size counts the header in', riff([fmt(), data(pcm.length + 44)]), null],
  [
    'with an odd chunk that is not padded',
    riff([fmt(), chunk('LIST', info, { padded: false }), data(pcm.length)]),
    null,
  ],
  ['with an odd chunk that is', riff([fmt(), chunk('LIST', info), data(pcm.length)]), null],
  ['with a chunk of 3 bytes', riff([chunk('JUNK', Buffer.from('abc')), fmt(), data(pcm.length)]), null],
  [
    'padded with a letter',
    riff([fmt(), chunk('LIST', info, { padded: false }), Buffer.from('Q'), data(pcm.length)]),
    null,
  ],
  [
    'with an odd chunk before its form',
    riff([chunk('bext', Buffer.alloc(603, 'x'), { padded: false }), fmt(), data(pcm.length)]),
    null,
  ],
  ['with a form of 19 bytes', riff([fmt({ extension: Buffer.from([1, 0, 0]) }), data(pcm.length)]), null],
  [
    'in two chunks with another between',
    riff([fmt(), chunk('data', pcm.subarray(0, 40_000)), chunk('LIST', info), chunk('data', pcm.subarray(40_000))]),
    null,
  ],
  ['after an ID3 tag', Buffer.concat([Buffer.from('ID3\x03\0\0\0\0\0\x0a', 'latin1'), Buffer.alloc(10), one]), null],
  ['with a tag after it', Buffer.concat([one, Buffer.from(`TAG${'title'.padEnd(125)}`)]), null],
  ['without a block align', riff([fmt({ blockAlign: 0 }), data(pcm.length)]), null],
  [
    'that says 2 channels and has 1',
    riff([fmt({ channels: 2, blockAlign: 2 }), data(pcm.length)]),
    /announces 2 channels/,
  ],
  [
    'of 24 bits at the low end of 4 bytes',
    riff([
      fmt({ bits: 24, blockAlign: 4 }),
      chunk(
        'data',
        integers(4, (s) => s * 256),
      ),
    ]),
    null,
  ],
  [
    'of 24 bits at the low end without their sign above',
    riff([
      fmt({ bits: 24, blockAlign: 4 }),
      chunk(
        'data',
        integers(4, (s) => (s * 256) & 0xff_ffff),
      ),
    ]),
    null,
  ],
  [
    'of 24 bits at the high end of 4 bytes',
    riff([
      fmt({ bits: 24, blockAlign: 4 }),
      chunk(
        'data',
        integers(4, (s) => s * 65_536),
      ),
    ]),
    null,
  ],
  [
    'extensible, 24 bits at the low end of 4 bytes',
    riff([
      fmt({ tag: 0xfffe, bits: 24, blockAlign: 4, extension: extension(24, 1) }),
      chunk(
        'data',
        integers(4, (s) => s * 256),
      ),
    ]),
    null,
  ],
  [
    'extensible, 24 of 32 bits at the high end',
    riff([
      fmt({ tag: 0xfffe, bits: 32, extension: extension(24, 1) }),
      chunk(
        'data',
        integers(4, (s) => s * 65_536),
      ),
    ]),
    null,
  ],
  [
    'of 20 bits in 3 bytes',
    riff([
      fmt({ bits: 20 }),
      chunk(
        'data',
        integers(3, (s) => s * 256),
      ),
    ]),
    null,
  ],
  [
    'of 20 bits at the low end',
    riff([
      fmt({ bits: 20 }),
      chunk(
        'data',
        integers(3, (s) => s * 16 + 1),
      ),
    ]),
    null,
  ],
  [
    'of floats in the range of 16 bits',
    riff([
      fmt({ tag: 3, bits: 32 }),
      chunk(
        'data',
        floats((s) => s),
      ),
    ]),
    /integers of 16 bits/,
  ],
  [
    'of floats in the range of 24 bits',
    riff([
      fmt({ tag: 3, bits: 32 }),
      chunk(
        'data',
        floats((s) => s * 256 + 0.5),
      ),
    ]),
    /integers of 24 bits/,
  ],
]

describe.each(ways)('a WAV from %s', (way, read) => {
  it.each(WHOLE)('is heard whole %s', async (_, bytes, warns) => {
    const { audio, warnings, durationSec } = await read(bytes)
    expect(audio.length).toBe(spoken.length)
    expect(durationSec).toBeCloseTo(spoken.length / 16_000, 2)
    const furthest = audio.reduce((most, sample, i) => Math.max(most, Math.abs(sample - spoken[i]!)), 0)
    // 24-bit floats are told from louder ones when they are loud enough.
    if (!String(warns).includes('24')) expect(furthest).toBeLessThan(1e-4)
    const isUsual = way === 'a pipe' && String(warns).includes('unfinished')
    if (warns === null || isUsual) expect(warnings).toEqual([])
    else expect(warnings.at(-1)).toMatch(warns)
  })

  it.each(WHOLE.filter(([what]) => !what.includes('floats')))('begins where it is told %s', async (_, bytes) => {
    const { audio } = await read(bytes, 1.25)
    expect(audio.length).toBe(spoken.length - 20_000)
    expect(Math.abs(audio[3000]! - spoken[23_000]!)).toBeLessThan(1e-4)
  })

  it('is heard with the one after it, whatever form that has', async () => {
    const stereo = Buffer.alloc(pcm.length * 2)
    for (let i = 0; i < samples.length; i++) {
      stereo.writeInt16LE(samples[i]!, i * 4)
      stereo.writeInt16LE(samples[i]!, i * 4 + 2)
    }
    const other = riff([fmt({ channels: 2 }), chunk('data', stereo)])
    const { audio, warnings, durationSec } = await read(Buffer.concat([one, one, other]))
    expect(audio).toEqual([...spoken, ...spoken, ...spoken])
    expect(warnings).toEqual([])
    expect(durationSec).toBeCloseTo((3 * spoken.length) / 16_000, 6)
    expect((await read(Buffer.concat([one, other]), 3.5)).audio.length).toBe(2 * spoken.length - 56_000)
  })

  it('is heard to its end where a chunk of audio has half a sample too many', async () => {
    const [first, second] = [pcm.subarray(0, 40_001), pcm.subarray(40_002)]
    const { audio, warnings } = await read(riff([fmt(), chunk('data', first), chunk('data', second)]))
    expect({ audio, warnings }).toEqual({ audio: spoken.filter((_, i) => i !== 20_000), warnings: [] })
  })

  it('is heard although the one after it cannot be', async () => {
    const compressed = riff([fmt({ tag: 0x11, bits: 4 }), chunk('data', pcm)])
    const { audio, warnings } = await read(Buffer.concat([one, compressed]))
    expect(audio).toEqual(spoken)
    expect(warnings).toEqual([expect.stringContaining('IMA ADPCM')])
  })

  it('does not take what its header knows of for audio', async () => {
    const half = pcm.length / 2 - ((pcm.length / 2) % 2)
    const noise = Buffer.from(pcm.subarray(half).map((byte, at) => (byte * 31 + at * at * 7) & 255))
    const { audio, warnings } = await read(riff([fmt(), chunk('data', pcm.subarray(0, half)), noise]))
    expect(audio).toEqual(spoken.slice(0, half / 2))
    expect(warnings).toEqual([expect.stringContaining('of an unknown kind')])
    const list = riff([fmt(), chunk('data', pcm.subarray(0, 3200)), chunk('LIST', info)])
    expect(await read(list)).toMatchObject({ audio: spoken.slice(0, 1600), warnings: [] })
    const empty = riff([fmt(), data(0).subarray(0, 8), chunk('LIST', info)])
    expect((await read(empty)).audio).toEqual([])
  })

  it('is clipped where it is louder than full scale now and then', async () => {
    const { audio, warnings } = await read(
      riff([
        fmt({ tag: 3, bits: 32 }),
        chunk(
          'data',
          floats((s) => (s / 32_768) * 7),
        ),
      ]),
    )
    expect(warnings).toEqual([])
    expect(audio.every((sample, i) => Math.abs(sample - Math.max(-1, Math.min(1, spoken[i]! * 7))) < 1e-6)).toBe(true)
  })
})
