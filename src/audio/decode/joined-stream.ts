import { FRAME_HEADER_BYTES, FRAMINGS, type Framing, PACKET_SYNC, type Peek } from './frame-chains.js'
import { readMpegHeader } from './mpeg-header.js'

/** A stream that was joined while it ran, as a listener of a web radio does. */
export interface JoinedStream {
  /** "an MP3 stream". */
  readonly what: string
  readonly isMp3: boolean
  /** Bytes of the frame whose begin was missed. */
  readonly missedBytes: number
}

/** No frame that is sent over the air or the net is longer: the next one begins within so many bytes. */
const MAX_FRAME_BYTES = 2048
/** Frames in a row that no audio has by chance, wherever it is looked for them. */
const FRAMES = 6
const PACKET_BYTES = 188
const PACKETS = 8

/** Layer I, whose header quiet audio has as well, is sent by nobody. */
function isSent(bytes: Uint8Array, at: number, { what }: Framing): boolean {
  return what !== 'an MP3' || readMpegHeader(bytes, at)?.layer !== 1
}

/**
 * What a stream is that was joined in the middle of a frame; null: nothing of the kind. Audio never is: frames have to
 * follow each other where their lengths say so, with the same settings, and must not repeat as a tone does. Live audio
 * must not wait for it: what has come is looked at, and further only where a frame seems to begin.
 *
 * @param arrived bytes that have come already
 */
export async function joinedStream(arrived: number, peek: Peek): Promise<JoinedStream | null> {
  const bytes = await peek(Math.min(arrived, MAX_FRAME_BYTES + FRAME_HEADER_BYTES))
  for (let at = 1; at + FRAME_HEADER_BYTES <= bytes.length; at++) {
    for (const framing of FRAMINGS) {
      if (framing.length(bytes, at) === 0 || !isSent(bytes, at, framing)) continue
      if (!(await isChain(peek, at, framing))) continue
      return { what: `${framing.what} stream`, isMp3: framing.what === 'an MP3', missedBytes: at }
    }
    if (at < PACKET_BYTES && arePackets(bytes, at)) return { what: 'an MPEG-TS stream', isMp3: false, missedBytes: at }
  }
  return null
}

async function isChain(peek: Peek, begin: number, { length, mask }: Framing): Promise<boolean> {
  let at = begin
  const frames: string[] = []
  while (frames.length < FRAMES) {
    const bytes = await peek(at + FRAME_HEADER_BYTES)
    const frameBytes = bytes.length < at + FRAME_HEADER_BYTES ? 0 : length(bytes, at)
    const isLike = mask.every((bits, index) => ((bytes[at + index]! ^ bytes[begin + index]!) & bits) === 0)
    if (frameBytes === 0 || frameBytes > MAX_FRAME_BYTES || !isLike) return false
    const whole = await peek(at + frameBytes)
    frames.push(String.fromCharCode(...whole.subarray(at, at + frameBytes)))
    at += frameBytes
  }
  return new Set(frames).size > FRAMES / 2
}

/** Packets of a transport stream, each counted within its own part of it. Source: ISO/IEC 13818-1. */
function arePackets(bytes: Uint8Array, begin: number): boolean {
  const counts = new Map<number, number>()
  let followed = 0
  for (let packet = 0; packet < PACKETS; packet++) {
    const at = begin + packet * PACKET_BYTES
    const [sync, second = 0x80, third = 0, fourth = 0] = bytes.subarray(at, at + 4)
    if (sync !== PACKET_SYNC || (second & 0x80) !== 0 || (fourth & 0x30) === 0) return false
    const part = ((second & 0x1f) << 8) | third
    const expected = counts.get(part)
    if (expected === (fourth & 0x0f)) followed++
    counts.set(part, ((fourth & 0x0f) + ((fourth & 0x10) === 0 ? 0 : 1)) % 16)
  }
  return followed >= PACKETS / 2
}
