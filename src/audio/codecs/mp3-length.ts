import { MPEG_HEADER_BYTES, type MpegHeader } from '../decode/mpeg-header.js'

/** "LAME", or how libavcodec calls itself there, and nine characters of a version come before the numbers. */
const ENCODER_BYTES = 9
/** From the name of the encoder to its delay. */
const DELAY_AT = 21

/**
 * Samples that the first frame of an MP3 promises, without those that encoders add; null: it does not say.
 * Sources: the Xing, Info and LAME tags as LAME writes them (VbrTag.c); VBRI of Fraunhofer.
 */
export function promisedSamples(frame: Uint8Array, header: MpegHeader): number | null {
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength)
  const text = (at: number, count: number) => String.fromCharCode(...frame.subarray(at, at + count))
  const sideBytes = header.isFirst ? (header.channels === 1 ? 17 : 32) : header.channels === 1 ? 9 : 17
  const at = MPEG_HEADER_BYTES + sideBytes
  if (text(36, 4) === 'VBRI' && frame.length >= 54) return view.getUint32(50) * header.samples
  if (!['Xing', 'Info'].includes(text(at, 4)) || frame.length < at + 12) return null
  const flags = view.getUint32(at + 4)
  if ((flags & 1) === 0) return null
  const encoder = at + 12 + (flags & 2 ? 4 : 0) + (flags & 4 ? 100 : 0) + (flags & 8 ? 4 : 0)
  const samples = view.getUint32(at + 8) * header.samples
  if (frame.length < encoder + DELAY_AT + 3 || !/^[\w.]{4}/.test(text(encoder, ENCODER_BYTES))) return samples
  const added = (view.getUint8(encoder + DELAY_AT) << 16) | view.getUint16(encoder + DELAY_AT + 1)
  return Math.max(0, samples - (added >> 12) - (added & 0xfff))
}
