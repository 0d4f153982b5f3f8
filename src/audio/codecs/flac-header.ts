import { crc8 } from './crc.js'

/** What the STREAMINFO block of a FLAC stream promises. */
export interface FlacInfo {
  readonly sampleRate: number
  readonly channels: number
  readonly bits: number
  /** Samples of a frame where all have as many. */
  readonly blockSize: number
  /** Samples of the largest frame. */
  readonly maxBlockSize: number
  /** Bytes of the largest frame; 0: not known. */
  readonly maxFrameBytes: number
  /** Samples of each channel; 0: not known. */
  readonly totalSamples: number
}

/** The header of a frame. */
export interface FlacFrameHeader {
  /** First sample of the frame in the stream. */
  readonly position: number
  readonly blockSize: number
}

/** Bytes of the longest frame header. */
export const MAX_HEADER_BYTES = 16
/** Bytes of a STREAMINFO block. */
export const INFO_BYTES = 34

/** Reads a STREAMINFO block, without its header. Source: RFC 9639, section 8.2. */
export function readFlacInfo(bytes: Uint8Array): FlacInfo {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const word = view.getUint32(10)
  return {
    blockSize: view.getUint16(0),
    maxBlockSize: view.getUint16(2),
    maxFrameBytes: view.getUint32(6) & 0xff_ffff ? (view.getUint8(7) << 16) | view.getUint16(8) : 0,
    sampleRate: word >>> 12,
    channels: ((word >>> 9) & 7) + 1,
    bits: ((word >>> 4) & 31) + 1,
    totalSamples: (word & 15) * 2 ** 32 + view.getUint32(14),
  }
}

/**
 * Reads a frame header; null: none begins there that fits the stream. Source: RFC 9639, section 9.1.
 *
 * @param bytes at least `MAX_HEADER_BYTES` from `at` on, unless the stream ends before
 */
export function readFlacFrameHeader(bytes: Uint8Array, at: number, info: FlacInfo): FlacFrameHeader | null {
  if (bytes[at] !== 0xff || (bytes[at + 1]! & 0xfe) !== 0xf8) return null
  const [sizeCode, rateCode] = [bytes[at + 2]! >> 4, bytes[at + 2]! & 15]
  const [channelCode, bitsCode] = [bytes[at + 3]! >> 4, (bytes[at + 3]! >> 1) & 7]
  const channels = channelCode < 8 ? channelCode + 1 : 2
  if (sizeCode === 0 || rateCode === 15 || channelCode > 10 || channels !== info.channels || bytes[at + 3]! & 1)
    return null
  if (bitsCode !== 0 && [8, 12, null, 16, 20, 24, 32][bitsCode - 1] !== info.bits) return null
  const coded = readCodedNumber(bytes, at + 4)
  if (coded === null) return null
  let end = coded.end
  const sizeBytes = sizeCode === 6 ? 1 : sizeCode === 7 ? 2 : 0
  const blockSize = sizeBytes === 0 ? usualBlockSize(sizeCode) : bigEndian(bytes, end, sizeBytes) + 1
  end += sizeBytes + (rateCode === 12 ? 1 : rateCode > 12 ? 2 : 0)
  if (end >= bytes.length || crc8(bytes, at, end) !== bytes[end]) return null
  const isVariable = (bytes[at + 1]! & 1) === 1
  return { blockSize, position: isVariable ? coded.number : coded.number * info.blockSize }
}

function usualBlockSize(code: number): number {
  if (code === 1) return 192
  return code < 6 ? 576 * 2 ** (code - 2) : 2 ** code
}

/** A number written as UTF-8 writes characters, up to 36 bits. */
function readCodedNumber(bytes: Uint8Array, at: number): { readonly number: number; readonly end: number } | null {
  const first = bytes[at]!
  if (first < 0x80) return { number: first, end: at + 1 }
  const more = Math.clz32(~(first << 24)) - 1
  if (more < 1 || more > 6) return null
  let number = first & (0x3f >> more)
  for (let i = 1; i <= more; i++) {
    const byte = bytes[at + i]
    if (byte === undefined || byte >> 6 !== 2) return null
    number = number * 64 + (byte & 0x3f)
  }
  return { number, end: at + more + 1 }
}

function bigEndian(bytes: Uint8Array, at: number, count: number): number {
  let value = 0
  for (let i = 0; i < count; i++) value = value * 256 + (bytes[at + i] ?? 0)
  return value
}
