import { SAMPLE_RATE } from '../../core/sample-rate.js'
import type { PcmFormat, SampleEncoding } from './pcm.js'

/** Names of the encodings that audio without a header may have, as ffmpeg calls them. */
export type RawEncoding = 's16le' | 's32le' | 'f32le' | 'u8' | 'mulaw' | 'alaw'

const ENCODINGS: Readonly<Record<RawEncoding, SampleEncoding>> = {
  s16le: 's16',
  s32le: 's32',
  f32le: 'f32',
  u8: 'u8',
  mulaw: 'mulaw',
  alaw: 'alaw',
}

/** Whether audio without a header may have an encoding. */
export function isRawEncoding(name: string): name is RawEncoding {
  return Object.hasOwn(ENCODINGS, name)
}

/** What recorders write unless they are told otherwise: 16 bit, 16 kHz, one channel. */
export const DEFAULT_RAW_FORMAT: PcmFormat = rawFormat('s16le', SAMPLE_RATE, 1)

/** The form of audio that has no header. */
export function rawFormat(encoding: RawEncoding, sampleRate: number, channels: number): PcmFormat {
  return { encoding: ENCODINGS[encoding], sampleRate, channels, littleEndian: true }
}
