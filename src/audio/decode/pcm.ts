/** How a sample is written: integers, floats, or ITU-T G.711. */
export type SampleEncoding = 'u8' | 's8' | 's16' | 's24' | 's32' | 'f32' | 'f64' | 'alaw' | 'mulaw'

/** The form of uncompressed audio. */
export interface PcmFormat {
  /** How a sample is written. */
  readonly encoding: SampleEncoding
  /**
   * Bits of an integer when it has fewer than its bytes hold, and lies at their low end; what is above them means nothing.
   * Absent: it fills them, or lies at the high end.
   */
  readonly lowBits?: number
  /** Samples that belong together; they are mixed down. */
  readonly channels: number
  /** Sample rate in Hz. */
  readonly sampleRate: number
  /** Whether the lowest byte of a sample comes first. */
  readonly littleEndian: boolean
}

const BYTES: Readonly<Record<SampleEncoding, number>> = {
  u8: 1,
  s8: 1,
  s16: 2,
  s24: 3,
  s32: 4,
  f32: 4,
  f64: 8,
  alaw: 1,
  mulaw: 1,
}

/** Bytes of one sample of every channel. */
export function frameBytes({ encoding, channels }: PcmFormat): number {
  return BYTES[encoding] * channels
}

type ReadSample = (view: DataView, at: number, littleEndian: boolean) => number

type IntegerEncoding = 's16' | 's24' | 's32'

const INTEGERS: Readonly<Record<IntegerEncoding, ReadSample>> = {
  s16: (view, at, little) => view.getInt16(at, little),
  s24: (view, at, little) =>
    (view.getInt8(at + (little ? 2 : 0)) << 16) | (view.getUint8(at + 1) << 8) | view.getUint8(at + (little ? 0 : 2)),
  s32: (view, at, little) => view.getInt32(at, little),
}

const READERS: Readonly<Record<SampleEncoding, ReadSample>> = {
  u8: (view, at) => (view.getUint8(at) - 128) / 128,
  s8: (view, at) => view.getInt8(at) / 128,
  s16: (view, at, little) => INTEGERS.s16(view, at, little) / 32_768,
  s24: (view, at, little) => INTEGERS.s24(view, at, little) / 8_388_608,
  s32: (view, at, little) => INTEGERS.s32(view, at, little) / 2_147_483_648,
  f32: (view, at, little) => view.getFloat32(at, little),
  f64: (view, at, little) => view.getFloat64(at, little),
  alaw: (view, at) => fromALaw(view.getUint8(at)),
  mulaw: (view, at) => fromMuLaw(view.getUint8(at)),
}

/**
 * Decodes whole samples.
 *
 * @param bytes a whole number of samples
 * @returns samples, channel by channel within a frame; integers in [-1, 1), floats as they are
 */
export function decodeSamples(bytes: Uint8Array, { encoding, lowBits, littleEndian }: PcmFormat): Float32Array {
  const size = BYTES[encoding]
  const read = isInteger(encoding) && lowBits !== undefined ? lowEnd(INTEGERS[encoding], lowBits) : READERS[encoding]
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const samples = new Float32Array(bytes.length / size)
  for (let i = 0; i < samples.length; i++) samples[i] = read(view, i * size, littleEndian)
  return samples
}

/** Whether samples of an encoding are integers of two bytes or more. */
export function isInteger(encoding: SampleEncoding): encoding is IntegerEncoding {
  return encoding in INTEGERS
}

/** The integers themselves. */
export function integersOf(bytes: Uint8Array, encoding: IntegerEncoding, littleEndian: boolean): Int32Array {
  const size = BYTES[encoding]
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  return Int32Array.from({ length: Math.floor(bytes.length / size) }, (_, i) =>
    INTEGERS[encoding](view, i * size, littleEndian),
  )
}

function lowEnd(read: ReadSample, bits: number): ReadSample {
  return (view, at, little) => (read(view, at, little) << (32 - bits)) / 2_147_483_648
}

/** Source: ITU-T G.711, A-law. */
function fromALaw(code: number): number {
  const bits = code ^ 0x55
  const exponent = (bits & 0x70) >> 4
  const mantissa = bits & 0x0f
  const size = exponent === 0 ? (mantissa << 4) + 8 : ((mantissa << 4) + 0x108) << (exponent - 1)
  return (bits & 0x80 ? size : -size) / 32_768
}

/** Source: ITU-T G.711, mu-law. */
function fromMuLaw(code: number): number {
  const bits = ~code & 0xff
  const size = ((((bits & 0x0f) << 3) + 0x84) << ((bits & 0x70) >> 4)) - 0x84
  return (bits & 0x80 ? -size : size) / 32_768
}
