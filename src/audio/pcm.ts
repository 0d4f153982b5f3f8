/** How a sample is written: integers, floats, or ITU-T G.711. */
export type SampleEncoding = 'u8' | 's16' | 's24' | 's32' | 'f32' | 'f64' | 'alaw' | 'mulaw'

/** The form of uncompressed audio. */
export interface PcmFormat {
  readonly encoding: SampleEncoding
  readonly channels: number
  /** Samples a second and channel. */
  readonly sampleRate: number
  readonly littleEndian: boolean
}

const BYTES: Readonly<Record<SampleEncoding, number>> = {
  u8: 1,
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

const READERS: Readonly<Record<SampleEncoding, ReadSample>> = {
  u8: (view, at) => (view.getUint8(at) - 128) / 128,
  s16: (view, at, little) => view.getInt16(at, little) / 32_768,
  s24: (view, at, little) =>
    ((view.getInt8(at + (little ? 2 : 0)) << 16) |
      (view.getUint8(at + 1) << 8) |
      view.getUint8(at + (little ? 0 : 2))) /
    8_388_608,
  s32: (view, at, little) => view.getInt32(at, little) / 2_147_483_648,
  f32: (view, at, little) => sane(view.getFloat32(at, little)),
  f64: (view, at, little) => sane(view.getFloat64(at, little)),
  alaw: (view, at) => fromALaw(view.getUint8(at)),
  mulaw: (view, at) => fromMuLaw(view.getUint8(at)),
}

/**
 * Decodes whole frames.
 *
 * @param bytes a whole number of frames
 * @returns samples in [-1, 1], channel by channel within a frame
 */
export function decodeSamples(bytes: Uint8Array, { encoding, littleEndian }: PcmFormat): Float32Array {
  const size = BYTES[encoding]
  const read = READERS[encoding]
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const samples = new Float32Array(bytes.length / size)
  for (let i = 0; i < samples.length; i++) samples[i] = read(view, i * size, littleEndian)
  return samples
}

/** Floats may hold anything: what is no number is silence, what is too loud is clipped. */
function sane(value: number): number {
  return Number.isFinite(value) ? Math.min(1, Math.max(-1, value)) : 0
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
