/** The header of a frame of MPEG audio. */
export interface MpegHeader {
  /** Length of the frame. */
  readonly bytes: number
  /** Samples of each channel. */
  readonly samples: number
  /** Sample rate in Hz. */
  readonly sampleRate: number
  readonly channels: number
  /** 3 for MP3. */
  readonly layer: number
  /** Whether it is MPEG 1; otherwise MPEG 2 or 2.5. */
  readonly isFirst: boolean
}

/** Kbit/s by index, from 1 on: MPEG 1 layers I, II, III; MPEG 2 layer I; MPEG 2 layers II and III. */
const BITRATES = {
  11: [32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448],
  12: [32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384],
  13: [32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320],
  21: [32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256],
  22: [8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
} as const

/** Bytes of the header. */
export const MPEG_HEADER_BYTES = 4

/** Reads the header of a frame; null: none begins there. Source: ISO/IEC 11172-3 and 13818-3. */
export function readMpegHeader(bytes: Uint8Array, at: number): MpegHeader | null {
  const [sync, second, third, fourth] = [bytes[at]!, bytes[at + 1]!, bytes[at + 2]!, bytes[at + 3]!]
  const version = (second >> 3) & 3
  const layer = 4 - ((second >> 1) & 3)
  const bitrateIndex = third >> 4
  const rateIndex = (third >> 2) & 3
  const isFrame = sync === 0xff && second >= 0xe0 && version !== 1 && layer < 4 && rateIndex < 3
  if (!isFrame || bitrateIndex === 0 || bitrateIndex === 15) return null
  const isFirst = version === 3
  const table = isFirst ? BITRATES[(10 + layer) as 11 | 12 | 13] : layer === 1 ? BITRATES[21] : BITRATES[22]
  const sampleRate = [44_100, 48_000, 32_000][rateIndex]! / (isFirst ? 1 : version === 2 ? 2 : 4)
  const padding = (third >> 1) & 1
  const bitrate = table[bitrateIndex - 1]! * 1000
  const samples = layer === 1 ? 384 : layer === 3 && !isFirst ? 576 : 1152
  const slotBytes = layer === 1 ? 4 : 1
  const length = (Math.floor(((samples / 8 / slotBytes) * bitrate) / sampleRate) + padding) * slotBytes
  return { bytes: length, samples, sampleRate, channels: fourth >> 6 === 3 ? 1 : 2, layer, isFirst }
}
