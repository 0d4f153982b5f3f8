import { InputError } from '../errors.js'
import type { ByteReader } from './byte-reader.js'
import { describeContent } from './content.js'
import type { PcmFormat, SampleEncoding } from './pcm.js'

/** What a WAV header says. */
export interface WavHeader extends PcmFormat {
  /** Bytes of audio; null when the header does not know: to the end of the stream. */
  readonly dataBytes: number | null
  /** Bytes before the audio. */
  readonly dataBegin: number
}

/** Sizes from here on are what programs write that do not know how much will follow. */
const STREAMED_SIZE = 0x7fff_0000
/** No header is as long as this; what claims to be is not taken for one. */
const LONGEST_HEADER = 64 * 1024 * 1024
const MOST_CHANNELS = 64
/** Samples a second of what can be speech; other rates are damage, and would cost memory without bound. */
const [LEAST_RATE, MOST_RATE] = [1000, 384_000]
/** Bytes of a chunk that describes: what is behind them is left out. */
const MOST_DESCRIPTION = 4096

interface Form {
  readonly littleEndian: boolean
  /** The size field of the file, which says for an empty data chunk whether it was ever finished. */
  readonly riffSize: number
}

/**
 * Reads a WAV header up to the first byte of audio. Chunks are walked, not searched, and unknown ones left out.
 *
 * Source: Microsoft/IBM, Multimedia Programming Interface 1.0 (RIFF, RIFX); EBU Tech 3306 (RF64, BW64).
 *
 * @param name what is read, for messages
 * @throws InputError when it is no WAV, or one of a form that is not supported
 */
export async function readWavHeader(reader: ByteReader, name: string): Promise<WavHeader> {
  const form = await readForm(reader, name)
  let format: PcmFormat | null = null
  let longSize: number | null = null
  for (;;) {
    const head = await reader.read(8)
    if (head.length < 8 || reader.position > LONGEST_HEADER) throw noData(name, format !== null)
    const id = ascii(head.subarray(0, 4))
    const size = view(head).getUint32(4, form.littleEndian)
    if (id === 'data') {
      if (!format) throw new InputError(`${name}: the WAV has audio but no description of it ("fmt " chunk)`, BROKEN)
      return { ...format, dataBytes: dataBytes(size, longSize, form), dataBegin: reader.position }
    }
    if (id === 'fmt ') format = readFormat(await body(reader, size), form, name)
    else if (id === 'ds64') longSize = readLongSize(await body(reader, size))
    else await reader.skip(size + (size % 2))
  }
}

const BROKEN = { hint: 'write the file again, for example with: ffmpeg -i INPUT -ar 16000 -ac 1 OUTPUT.wav' }

async function readForm(reader: ByteReader, name: string): Promise<Form> {
  const head = await reader.read(12)
  if (head.length === 0) throw new InputError(`${name} is empty`, { hint: 'give a WAV file with audio in it' })
  const id = ascii(head.subarray(0, 4))
  const littleEndian = id !== 'RIFX'
  if (!['RIFF', 'RIFX', 'RF64', 'BW64'].includes(id) || ascii(head.subarray(8, 12)) !== 'WAVE') {
    throw new InputError(`${name} is not a WAV file: ${describeContent(head)}`, {
      hint: 'convert it first, for example with: ffmpeg -i INPUT -ar 16000 -ac 1 OUTPUT.wav',
    })
  }
  return { littleEndian, riffSize: view(head).getUint32(4, littleEndian) }
}

async function body(reader: ByteReader, size: number): Promise<Uint8Array> {
  const bytes = await reader.read(Math.min(size, MOST_DESCRIPTION))
  await reader.skip(size - bytes.length + (size % 2))
  return bytes
}

function readFormat(bytes: Uint8Array, { littleEndian }: Form, name: string): PcmFormat {
  if (bytes.length < 16) throw new InputError(`${name}: the WAV header is cut off`, BROKEN)
  const fields = view(bytes)
  const tag = fields.getUint16(0, littleEndian)
  const channels = fields.getUint16(2, littleEndian)
  const sampleRate = fields.getUint32(4, littleEndian)
  const bits = fields.getUint16(14, littleEndian)
  if (channels === 0 || channels > MOST_CHANNELS)
    throw new InputError(`${name}: the WAV has ${channels} channels`, BROKEN)
  if (sampleRate < LEAST_RATE || sampleRate > MOST_RATE)
    throw new InputError(`${name}: the WAV has a sample rate of ${sampleRate}`, BROKEN)
  const subFormat = tag === EXTENSIBLE && bytes.length >= 26 ? fields.getUint16(24, littleEndian) : tag
  const encoding = encodingOf(subFormat, bits, littleEndian, name)
  return { encoding, channels, sampleRate, littleEndian }
}

function readLongSize(bytes: Uint8Array): number | null {
  return bytes.length < 16 ? null : Number(view(bytes).getBigUint64(8, true))
}

const EXTENSIBLE = 0xfffe
const KNOWN_TAGS: ReadonlyMap<number, string> = new Map([
  [0x02, 'Microsoft ADPCM'],
  [0x11, 'IMA ADPCM'],
  [0x31, 'GSM 6.10'],
  [0x50, 'MPEG'],
  [0x55, 'MP3'],
  [0xff, 'AAC'],
])

function encodingOf(tag: number, bits: number, littleEndian: boolean, name: string): SampleEncoding {
  const linear: Partial<Record<number, SampleEncoding>> = { 8: 'u8', 16: 's16', 24: 's24', 32: 's32' }
  const floating: Partial<Record<number, SampleEncoding>> = { 32: 'f32', 64: 'f64' }
  const logarithmic = (encoding: SampleEncoding): Partial<Record<number, SampleEncoding>> => ({ 8: encoding })
  const tables: Partial<Record<number, Partial<Record<number, SampleEncoding>>>> = {
    1: linear,
    3: floating,
    6: logarithmic('alaw'),
    7: logarithmic('mulaw'),
  }
  const known = tables[tag]
  const encoding = known?.[bits]
  if (encoding) return encoding
  const format = KNOWN_TAGS.get(tag) ?? `0x${tag.toString(16)}`
  const what = known ? `${bits} bits a sample` : `compressed with ${format}`
  throw new InputError(`${name}: a WAV of this kind cannot be read: ${what}${littleEndian ? '' : ', big-endian'}`, {
    hint: 'convert it first, for example with: ffmpeg -i INPUT -ar 16000 -ac 1 OUTPUT.wav',
  })
}

function dataBytes(size: number, longSize: number | null, { riffSize }: Form): number | null {
  if (size === 0xffff_ffff && longSize !== null) return longSize
  const neverFinished = size === 0 && (riffSize === 0 || riffSize >= STREAMED_SIZE)
  return size >= STREAMED_SIZE || neverFinished ? null : size
}

function noData(name: string, hasFormat: boolean): InputError {
  return new InputError(
    `${name}: the WAV has no audio${hasFormat ? ' ("data" chunk)' : ': its header is cut off'}`,
    BROKEN,
  )
}

function view(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

function ascii(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes)
}
