import { readMpegHeader } from './mpeg-header.js'

/** Reads on without taking: the first bytes, up to so many, fewer at the end of the stream. */
export type Peek = (count: number) => Promise<Uint8Array>

/** Frames in a row that are no coincidence. */
const FRAMES = 3
/** Bytes of the longest frame header that is looked at. */
export const FRAME_HEADER_BYTES = 7
const PACKET_BYTES = [188, 192] as const
const PACKETS = 5
/** First byte of a packet of a transport stream. */
export const PACKET_SYNC = 0x47

/** Length in bytes of the frame that begins at `at`; 0: none begins there. */
type FrameLength = (bytes: Uint8Array, at: number) => number

/** A kind of frames, and the bits of a header that all frames of a stream have in common. */
export interface Framing {
  readonly what: string
  readonly length: FrameLength
  readonly mask: readonly number[]
}

/**
 * What a stream of frames without any header of its own is, as broadcast and web radio send it. A sync word of two bytes is
 * also a sample: only frames that follow each other where their lengths say so count. Looks no further than it must.
 *
 * Sources: ISO/IEC 11172-3 and 13818-3 (MPEG audio), 14496-3 (ADTS, LOAS), 13818-1 (transport stream), ATSC A/52 (AC-3).
 */
export async function framedContent(peek: Peek): Promise<string | null> {
  const head = await peek(FRAME_HEADER_BYTES)
  for (const { what, length } of FRAMINGS) {
    if (head.length === FRAME_HEADER_BYTES && length(head, 0) > 0 && (await isChain(peek, length))) return what
  }
  return (await isTransportStream(peek, head)) ? 'an MPEG-TS' : null
}

async function isChain(peek: Peek, length: FrameLength): Promise<boolean> {
  for (let at = 0, frames = 0; frames < FRAMES; frames++) {
    const bytes = await peek(at + FRAME_HEADER_BYTES)
    if (bytes.length < at + FRAME_HEADER_BYTES) return frames >= 2 && bytes.length >= at
    const next = length(bytes, at)
    if (next === 0) return false
    at += next
  }
  return true
}

async function isTransportStream(peek: Peek, head: Uint8Array): Promise<boolean> {
  for (const size of PACKET_BYTES) {
    const first = size - PACKET_BYTES[0]
    if (head[first] !== PACKET_SYNC) continue
    const bytes = await peek(first + size * (PACKETS - 1) + 1)
    const synced = Array.from({ length: PACKETS }, (_, packet) => bytes[first + size * packet] === PACKET_SYNC)
    if (synced.every(Boolean)) return true
  }
  return false
}

const mpegAudio: FrameLength = (bytes, at) => readMpegHeader(bytes, at)?.bytes ?? 0

/** AAC with ADTS. */
const adtsFrame: FrameLength = (bytes, at) => {
  const isFrame = bytes[at] === 0xff && (bytes[at + 1]! & 0xf6) === 0xf0 && ((bytes[at + 2]! >> 2) & 15) < 13
  const length = ((bytes[at + 3]! & 3) << 11) | (bytes[at + 4]! << 3) | (bytes[at + 5]! >> 5)
  return isFrame && length > FRAME_HEADER_BYTES ? length : 0
}

/** AAC with LOAS. */
const loasFrame: FrameLength = (bytes, at) => {
  const isFrame = bytes[at] === 0x56 && (bytes[at + 1]! & 0xe0) === 0xe0
  const length = ((bytes[at + 1]! & 0x1f) << 8) | bytes[at + 2]!
  return isFrame && length > FRAME_HEADER_BYTES ? length + 3 : 0
}

const AC3_BITRATES = [32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384, 448, 512, 576, 640]

/** AC-3 and E-AC-3. */
const ac3Frame: FrameLength = (bytes, at) => {
  if (bytes[at] !== 0x0b || bytes[at + 1] !== 0x77) return 0
  const version = bytes[at + 5]! >> 3
  if (version > 10 && version <= 16) return 2 * ((((bytes[at + 2]! & 7) << 8) | bytes[at + 3]!) + 1)
  const rate = [48, 44.1, 32][bytes[at + 4]! >> 6]
  const code = bytes[at + 4]! & 0x3f
  const bitrate = AC3_BITRATES[code >> 1]
  if (version > 10 || rate === undefined || bitrate === undefined) return 0
  return 2 * (Math.floor((bitrate * 96) / rate) + (rate === 44.1 ? code & 1 : 0))
}

/** All kinds of frames that are known. */
export const FRAMINGS: readonly Framing[] = [
  { what: 'an MP3', length: mpegAudio, mask: [0xff, 0xff, 0x0c] },
  { what: 'an AAC', length: adtsFrame, mask: [0xff, 0xff, 0xff, 0xc0] },
  { what: 'an AAC', length: loasFrame, mask: [0xff, 0xe0] },
  { what: 'an AC-3', length: ac3Frame, mask: [0xff, 0xff] },
]
