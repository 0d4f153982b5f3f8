import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { AudioFileSource } from '../../../src/audio/sources/audio-file-source.js'
import { StreamSource } from '../../../src/audio/sources/stream-source.js'
import { InputError } from '../../../src/core/errors.js'
import type { AudioSource } from '../../../src/core/types.js'
import { inPieces, s16le } from '../../helpers/bytes.js'
import { rememberingLog } from '../../helpers/logs.js'
import { temporaryFolder } from '../../helpers/program.js'
import { type Chunk, formatChunk, riff } from '../../helpers/wav-files.js'

/** Half a second of a tone that rises, so that any shift or gap shows. */
const SOUND = Float32Array.from({ length: 8000 }, (_, i) => Math.sin(i * (0.05 + i * 2e-6)) * 0.5)
const SAMPLES = s16le(SOUND)
const FORMAT = formatChunk()
const DATA: Chunk = ['data', SAMPLES]
/** Of an extensible description: 16 bits that count, no places of speakers, and the GUID of plain samples. */
const EXTENSIBLE = Buffer.concat([
  Buffer.from([22, 0, 16, 0, 0, 0, 0, 0]),
  Buffer.from('0100000000001000800000aa00389b71', 'hex'),
])

async function all(source: AudioSource): Promise<Float32Array> {
  const parts: number[] = []
  for await (const audio of source.read()) parts.push(...audio)
  return Float32Array.from(parts)
}

/** What is heard of the bytes in a file, and of the same bytes on a pipe. */
async function heard(
  bytes: Uint8Array,
): Promise<{ readonly audio: Float32Array; readonly warnings: readonly string[] }> {
  const path = join(temporaryFolder(), 'audio.wav')
  writeFileSync(path, bytes)
  const log = rememberingLog()
  return { audio: await all(await AudioFileSource.open(path, { log })), warnings: log.warnings }
}

async function samplesFromPipe(bytes: Uint8Array): Promise<Float32Array> {
  return all(new StreamSource({ name: 'a pipe', open: () => inPieces(bytes, [7, 43]), log: rememberingLog() }))
}

const exact = Float32Array.from({ length: SOUND.length }, (_, i) => SAMPLES.readInt16LE(2 * i) / 32_768)

describe('a WAV file is read whatever else is in it', () => {
  const text = (length: number) => Buffer.alloc(length, 'data')

  it.each<[string, readonly Chunk[]]>([
    ['a list before the data', [FORMAT, ['LIST', text(26)], DATA]],
    ['a list of odd length before the data', [FORMAT, ['LIST', text(3)], DATA]],
    ['a list after the data', [FORMAT, DATA, ['LIST', text(26)]]],
    ['a broadcast description first', [['bext', text(602)], ['JUNK', text(27)], FORMAT, DATA]],
    ['a word "data" that is no chunk', [FORMAT, ['note', Buffer.from('data\x04\0\0\0data')], DATA]],
    ['a description of 18 bytes', [formatChunk({ more: Buffer.alloc(2) }), DATA]],
    ['a description of 19 bytes', [formatChunk({ more: Buffer.alloc(3) }), DATA]],
    ['an extensible description', [formatChunk({ tag: 0xfffe, more: EXTENSIBLE }), DATA]],
    ['chunks without a byte', [FORMAT, ['fact', Buffer.alloc(0)], DATA]],
  ])('%s', async (_, chunks) => {
    const { audio, warnings } = await heard(riff(chunks))
    expect(warnings).toEqual([])
    expect(audio).toEqual(exact)
    expect(await samplesFromPipe(riff(chunks))).toEqual(exact)
  })
})

describe('a WAV file is read though its sizes lie', () => {
  it.each([
    ['as long as can be written', { data: 0xffff_ffff, riff: 0xffff_ffff }],
    ['as long as a signed number can be', { data: 0x7fff_ffff, riff: 0x7fff_ffff }],
    ['the whole of another length', { riff: 12 }],
    ['too long', { data: SAMPLES.length + 4000 }],
  ])('%s', async (_, sizes) => {
    expect((await heard(riff([FORMAT, DATA], sizes))).audio).toEqual(exact)
    expect(await samplesFromPipe(riff([FORMAT, DATA], sizes))).toEqual(exact)
  })

  it('cut in the middle of a sample', async () => {
    const bytes = riff([FORMAT, DATA])
    const { audio, warnings } = await heard(bytes.subarray(0, bytes.length - 2001))
    expect(audio).toEqual(exact.subarray(0, exact.length - 1001))
    expect(warnings).toHaveLength(1)
  })

  it('one sample', async () => {
    expect((await heard(riff([FORMAT, ['data', SAMPLES.subarray(2, 4)]]))).audio).toEqual(exact.subarray(1, 2))
  })
})

describe('a file that is no WAV file that can be read is refused', () => {
  it.each<[string, Buffer]>([
    ['without a description', riff([DATA])],
    ['without data', riff([FORMAT])],
    ['with a description after the data', riff([DATA, FORMAT])],
    ['with no channels', riff([formatChunk({ channels: 0 }), DATA])],
    ['with no rate', riff([formatChunk({ rate: 0 }), DATA])],
    ['with 7 bits', riff([formatChunk({ bits: 7 }), DATA])],
    ['of an unknown kind', riff([formatChunk({ tag: 0x1234 }), DATA])],
    ['cut in its description', riff([FORMAT, DATA]).subarray(0, 25)],
  ])('%s', async (_, bytes) => {
    await expect(heard(bytes)).rejects.toThrow(InputError)
    await expect(samplesFromPipe(bytes)).rejects.toThrow(InputError)
  })
})
