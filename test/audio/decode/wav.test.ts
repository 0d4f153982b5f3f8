import { readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import wavefile from 'wavefile'
import { AudioFileSource } from '../../../src/audio/sources/audio-file-source.js'
import { StreamSource } from '../../../src/audio/sources/stream-source.js'
import { InputError } from '../../../src/core/errors.js'
import { rememberingLog } from '../../helpers/logs.js'
import { temporaryFolder } from '../../helpers/program.js'
import { sharedFolder } from '../../helpers/shared-files.js'

const JFK = fileURLToPath(new URL('../../../fixtures/austen_880.wav', import.meta.url))

async function heard(path: string, startAtSec = 0) {
  const log = rememberingLog()
  const source = await AudioFileSource.open(path, { log, startAtSec })
  const parts: number[] = []
  for await (const audio of source.read()) parts.push(...audio)
  return { audio: Float32Array.from(parts), warnings: log.warnings, durationSec: source.durationSec }
}

async function written(bytes: Uint8Array, name = 'audio.wav'): Promise<string> {
  const path = join(temporaryFolder(), name)
  await writeFile(path, bytes)
  return path
}

/** The best match of two recordings of the same: correlation in [-1, 1] and the shift in samples. */
function correlation(one: Float32Array, other: Float32Array): { value: number; shift: number } {
  let best = { value: -1, shift: 0 }
  for (let shift = -24; shift <= 24; shift++) {
    let [xy, xx, yy] = [0, 1e-12, 1e-12]
    for (let i = 24; i < Math.min(one.length, other.length) - 24; i++) {
      const [x, y] = [one[i]!, other[i + shift]!]
      xy += x * y
      xx += x * x
      yy += y * y
    }
    const value = Math.abs(xy) / Math.sqrt(xx * yy)
    if (value > best.value) best = { value, shift }
  }
  return best
}

const speech = async () => (await heard(JFK)).audio
const asShorts = (audio: Float32Array) => Int16Array.from(audio, (sample) => Math.round(sample * 32_767))

describe('AudioFileSource', () => {
  it('gives the samples of a 16 kHz file as they are', async () => {
    const bytes = await readFile(JFK)
    const { audio, warnings, durationSec } = await heard(JFK)
    expect(audio.length).toBe((bytes.length - 44) / 2)
    expect(audio[5000]).toBe(bytes.readInt16LE(44 + 10_000) / 32_768)
    expect(durationSec).toBeCloseTo(2.99, 9)
    expect(warnings).toEqual([])
  })

  it('begins where it is told', async () => {
    const whole = await speech()
    expect((await heard(JFK, 1.5)).audio).toEqual(whole.subarray(24_000))
  })

  it.each(['8', '24', '32', '32f', '64', '8a', '8m'])(
    'reads what another program writes with %s bits',
    async (depth) => {
      const audio = await speech()
      const wav = new wavefile.WaveFile()
      wav.fromScratch(1, 16_000, '16', asShorts(audio))
      if (depth === '8a') wav.toALaw()
      else if (depth === '8m') wav.toMuLaw()
      else wav.toBitDepth(depth)
      const read = await heard(await written(wav.toBuffer()))
      expect(read.audio.length).toBe(audio.length)
      expect(correlation(audio, read.audio).value).toBeGreaterThan(0.99)
      expect(correlation(audio, read.audio).shift).toBe(0)
    },
  )

  it.each([
    ['the same in both channels', (l: number) => l],
    ['one silent channel', () => 0],
    ['one inverted channel', (l: number) => -l],
  ])('mixes stereo with %s', async (_, right) => {
    const audio = await speech()
    const left = asShorts(audio)
    const wav = new wavefile.WaveFile()
    wav.fromScratch(2, 16_000, '16', [left, left.map(right)])
    const read = await heard(await written(wav.toBuffer()))
    expect(read.audio.length).toBe(audio.length)
    expect(correlation(audio, read.audio).value).toBeGreaterThan(0.99)
  })

  it('says what is missing of a file that was cut off', async () => {
    const bytes = await readFile(JFK)
    const read = await heard(await written(bytes.subarray(0, 44 + 32_001)))
    expect(read.audio.length).toBe(16_000)
    expect(read.warnings).toHaveLength(1)
    expect(read.warnings[0]).toMatch(/cut off: its header announces 3\.0 s of audio, and it has 1\.0 s/)
  })

  it('gives up reading when it is aborted', async () => {
    const source = await AudioFileSource.open(JFK, { log: rememberingLog() })
    await expect(source.read(AbortSignal.abort(new Error('enough'))).next()).rejects.toThrow('enough')
  })

  it.each([
    ['missing', () => '/nowhere/audio.wav', /cannot be opened: there is no such file/],
    ['a folder', () => tmpdir(), /is a folder/],
    ['empty', () => written(new Uint8Array(0)), /is empty/],
    [
      'text',
      () => written(Buffer.from('Hello, this is not audio at all.\n')),
      /is not an audio file: it looks like text/,
    ],
    ['M4A', () => written(Buffer.from('\0\0\0\x1cftypM4A \0\0\0\0')), /it is an MP4 or M4A file/],
    ['a cut header', async () => written((await readFile(JFK)).subarray(0, 30)), /header is cut off/],
    ['without audio', async () => written((await readFile(JFK)).subarray(0, 36)), /has no audio/],
  ])('refuses a file that is %s', async (_, path, message) => {
    const opened = AudioFileSource.open(await path(), { log: rememberingLog() })
    await expect(opened).rejects.toThrow(InputError)
    await expect(opened).rejects.toThrow(message)
  })

  it('refuses to begin after the end', async () => {
    await expect(AudioFileSource.open(JFK, { log: rememberingLog(), startAtSec: 60 })).rejects.toThrow(
      'nothing is left',
    )
  })

  it('reads the same however the bytes come', async () => {
    const wav = new wavefile.WaveFile()
    wav.fromScratch(2, 22_050, '24', [asShorts(await speech()), asShorts(await speech())])
    const bytes = wav.toBuffer().subarray(0, 40_000)
    const decoded = async (cuts: readonly number[]) => {
      const source = new StreamSource({ name: 'bytes', open: () => pieces(bytes, cuts), log: rememberingLog() })
      const parts: number[] = []
      for await (const audio of source.read()) parts.push(...audio)
      return parts
    }
    const whole = await decoded([])
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 9000 }), { maxLength: 30 }), async (cuts) => {
        expect(await decoded(cuts)).toEqual(whole)
      }),
      { numRuns: 15 },
    )
  })
})

async function* pieces(bytes: Uint8Array, cuts: readonly number[]): AsyncGenerator<Uint8Array> {
  let from = 0
  for (const cut of [...cuts, bytes.length]) {
    if (from < bytes.length) yield bytes.subarray(from, from + cut)
    from += cut
  }
}

interface FormatCase {
  readonly file: string
  readonly readable: 'yes' | 'partly' | 'either' | 'optional' | 'no'
  readonly seconds: number
  readonly text: string
}

const formats = sharedFolder('fixtures', process.env.FORMATS_DIR)
const formatsFolder = formats && (process.env.FORMATS_DIR ?? join(formats, 'formats'))

describe.skipIf(!formatsFolder)('odd WAV files', async () => {
  const folder = formatsFolder ?? ''
  const { cases } = formatsFolder
    ? (JSON.parse(await readFile(join(folder, 'manifest.json'), 'utf8')) as { cases: readonly FormatCase[] })
    : { cases: [] }
  const plain = formatsFolder ? (await heard(join(folder, 's16_16000_mono.wav'))).audio : new Float32Array(0)

  it.each(cases.filter(({ readable }) => readable === 'no'))('refuses $file', async ({ file }) => {
    await expect(heard(join(folder, file))).rejects.toThrow(InputError)
  })

  it.each(cases.filter(({ readable }) => readable === 'optional'))(
    'reads $file or names its format',
    async ({ file, seconds }) => {
      const outcome = await heard(join(folder, file)).catch((error: unknown) => error)
      if (outcome instanceof InputError) expect(outcome.message).toMatch(/FLAC|ADPCM/)
      else expect(outcome).toMatchObject({ durationSec: expect.closeTo(seconds, 2) })
    },
  )

  it.each(cases.filter(({ readable }) => !['no', 'optional'].includes(readable)))('reads $file', async (expected) => {
    const { audio, warnings } = await heard(join(folder, expected.file))
    expect(Math.abs(audio.length / 16_000 - expected.seconds)).toBeLessThan(0.02)
    expect(audio.every((sample) => Math.abs(sample) <= 1)).toBe(true)
    if (expected.readable === 'partly') expect(warnings).toHaveLength(1)
    if (expected.seconds < 0.1) return
    const match = correlation(plain.subarray(0, audio.length), audio)
    expect(match.value).toBeGreaterThan(0.9)
    expect(Math.abs(match.shift)).toBeLessThanOrEqual(16)
  })
})
