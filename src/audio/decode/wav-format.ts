import { InputError } from '../../core/errors.js'
import { ForeignAudio } from './foreign-audio.js'
import { convertHint, type InputName, rewriteHint } from './hints.js'
import { integersOf, isInteger, type PcmFormat, type SampleEncoding } from './pcm.js'

/** The form of the audio of a WAV, as its header has it. */
export interface WavFormat extends PcmFormat {
  /** Bits of a sample when they are fewer than its bytes hold; which end they lie at only the samples show. */
  readonly validBits?: number
  /** Where the valid bits lie if nothing shows it. */
  readonly presumedEnd: 'low' | 'high'
}

const MAX_CHANNELS = 64
/** Sample rates (Hz) that are accepted; others are damage, and would cost memory without bound. */
const [MIN_RATE, MAX_RATE] = [1000, 384_000]
/** No program writes integers of fewer bits. */
const MIN_BITS = 8
const EXTENSIBLE = 0xfffe
const [PCM, FLOAT, A_LAW, MU_LAW] = [1, 3, 6, 7]
const KNOWN_TAGS: ReadonlyMap<number, string> = new Map([
  [0x02, 'Microsoft ADPCM'],
  [0x11, 'IMA ADPCM'],
  [0x31, 'GSM 6.10'],
  [0x50, 'MPEG'],
  [0x55, 'MP3'],
  [0xff, 'AAC'],
])

/**
 * Reads the "fmt " chunk. Block align and byte rate are believed where they agree and the number of channels or bits can be
 * understood that way; otherwise channels and bits are.
 *
 * Source: Microsoft, Multiple channel audio data and WAVE files (WAVEFORMATEXTENSIBLE).
 *
 * @param warn called for what contradicts itself
 * @throws InputError when the form is not supported, or no form at all
 */
export function readWavFormat(
  bytes: Uint8Array,
  littleEndian: boolean,
  input: InputName,
  warn: (message: string) => void,
): WavFormat {
  const { name } = input
  if (bytes.length < 16) throw new InputError(`${name}: the WAV header is cut off`, { hint: rewriteHint(input) })
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const field = (at: number) => view.getUint16(at, littleEndian)
  const isExtensible = field(0) === EXTENSIBLE && bytes.length >= 26
  const tag = isExtensible ? field(24) : field(0)
  const [announced, bits, blockAlign] = [field(2), field(14), field(12)]
  const sampleRate = view.getUint32(4, littleEndian)
  if (announced === 0 || announced > MAX_CHANNELS)
    throw new InputError(`${name}: the WAV has ${announced} channels`, { hint: rewriteHint(input) })
  if (sampleRate < MIN_RATE || sampleRate > MAX_RATE)
    throw new InputError(`${name}: the WAV has a sample rate of ${sampleRate}`, { hint: rewriteHint(input) })
  if (tag === PCM && bits < MIN_BITS)
    throw new InputError(`${name}: the WAV has ${bits} bits a sample`, { hint: rewriteHint(input) })
  const isAgreed = view.getUint32(8, littleEndian) === sampleRate * blockAlign
  const { channels, bytesPerSample } = layout(announced, bits, isAgreed ? blockAlign : 0)
  const encoding = encodingOf(tag, bits, bytesPerSample)
  if (encoding === null) throw unsupported(tag, bits, littleEndian, input)
  if (channels !== announced) {
    warn(`${name} announces ${announced} channels, but its frames have the size of ${channels}: ${channels} are read`)
  }
  const valid = isExtensible && field(18) > 0 ? Math.min(field(18), bits) : bits
  return {
    encoding,
    channels,
    sampleRate,
    littleEndian,
    presumedEnd: bits > 8 * (bytesPerSample - 1) ? 'high' : 'low',
    ...(isInteger(encoding) && valid < bytesPerSample * 8 ? { validBits: valid } : {}),
  }
}

interface SampleLayout {
  readonly channels: number
  readonly bytesPerSample: number
}

/** @param blockAlign bytes of a frame that two fields of the header agree on; 0: they do not */
function layout(channels: number, bits: number, blockAlign: number): SampleLayout {
  const fitting = Math.max(1, Math.ceil(bits / 8))
  const isWider = blockAlign === channels * 4 && (bits === 20 || bits === 24)
  if (isWider) return { channels, bytesPerSample: 4 }
  const otherChannels = blockAlign / fitting
  const isOther = Number.isInteger(otherChannels) && otherChannels >= 1 && otherChannels <= MAX_CHANNELS
  return { channels: isOther ? otherChannels : channels, bytesPerSample: fitting }
}

function encodingOf(tag: number, bits: number, bytes: number): SampleEncoding | null {
  const isWhole = bits === bytes * 8
  if (tag === PCM && bytes === 1) return isWhole ? 'u8' : null
  if (tag === PCM) return ([null, null, 's16', 's24', 's32'] as const)[bytes] ?? null
  if (tag === FLOAT && isWhole) return bytes === 4 ? 'f32' : bytes === 8 ? 'f64' : null
  if (bits !== 8) return null
  return tag === A_LAW ? 'alaw' : tag === MU_LAW ? 'mulaw' : null
}

function unsupported(tag: number, bits: number, littleEndian: boolean, input: InputName): ForeignAudio {
  const isKnown = [PCM, FLOAT, A_LAW, MU_LAW].includes(tag)
  const compression = KNOWN_TAGS.get(tag)
  const other = compression ? `compressed with ${compression}` : `its format is 0x${tag.toString(16)}`
  const what = isKnown ? `${tag === FLOAT ? 'floats of ' : ''}${bits} bits a sample` : other
  const order = littleEndian ? '' : ', big-endian'
  return new ForeignAudio(`${input.name}: a WAV of this kind cannot be read: ${what}${order}`, {
    hint: convertHint(input),
  })
}

/**
 * Decides where samples lie in bytes that hold more bits than they have. The specification wants them at the high end;
 * recorders (arecord -f S24_LE) leave them at the low end.
 *
 * @param begin audio from its start
 */
export function decidedFormat({ validBits, presumedEnd, ...format }: WavFormat, begin: Uint8Array): PcmFormat {
  const { encoding, littleEndian } = format
  if (validBits === undefined || !isInteger(encoding)) return format
  const unused = { s16: 16, s24: 24, s32: 32 }[encoding] - validBits
  const samples = integersOf(begin, encoding, littleEndian)
  const limit = 2 ** (validBits - 1)
  // What is above the bits is their sign, or nothing.
  const fitsLow = samples.every((sample) => (sample >= -limit && sample < limit) || sample >>> validBits === 0)
  const fitsHigh = samples.every((sample) => (sample & (2 ** unused - 1)) === 0)
  const isLow = fitsLow && (!fitsHigh || presumedEnd === 'low')
  return isLow ? { ...format, lowBits: validBits } : format
}
