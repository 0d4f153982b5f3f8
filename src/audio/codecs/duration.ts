import { readMpegHeader } from '../decode/mpeg-header.js'
import type { CodecName } from '../decode/sniff-format.js'
import { INFO_BYTES, readFlacInfo } from './flac-header.js'
import { promisedSamples } from './mp3-length.js'
import { OggPages } from './ogg-pages.js'

/** Bytes at the start and at the end of a file that say how long it is. */
export const TELLING_BYTES = 128 * 1024

/** What is looked at to tell the length of a recording. */
export interface Ends {
  /** The start, after tags. */
  readonly head: Uint8Array
  readonly tail: Uint8Array
  /** Bytes of the file after tags. */
  readonly bytes: number
}

/** Length of a compressed recording in seconds, good enough to show progress; undefined: not known. */
export function durationOf(codec: CodecName, ends: Ends): number | undefined {
  const seconds = DURATIONS[codec](ends)
  return Number.isFinite(seconds) && seconds > 0 ? seconds : undefined
}

const DURATIONS: Readonly<Record<CodecName, (ends: Ends) => number>> = {
  flac({ head }) {
    if (head.length < 8 + INFO_BYTES) return Number.NaN
    const { totalSamples, sampleRate } = readFlacInfo(head.subarray(8))
    return totalSamples / sampleRate
  },
  mp3({ head, bytes }) {
    const header = readMpegHeader(head, 0)
    if (header === null) return Number.NaN
    const promised = promisedSamples(head.subarray(0, header.bytes), header)
    // Without a header for the whole the bit rate is that of the first frame.
    return (promised ?? (bytes / header.bytes) * header.samples) / header.sampleRate
  },
  opus: (ends) => oggSeconds(ends, (first) => ({ rate: 48_000, skip: first.getUint16(10, true) })),
  vorbis: (ends) => oggSeconds(ends, (first) => ({ rate: first.getUint32(12, true), skip: 0 })),
}

/** @param read the rate of positions, and those before the first sample that is heard, of the first packet */
function oggSeconds(
  { head, tail }: Ends,
  read: (first: DataView) => { readonly rate: number; readonly skip: number },
): number {
  const [page] = new OggPages().push(head)
  const first = page?.packets[0]
  const last = [...new OggPages().push(tail)].findLast(
    ({ granule, serial }) => granule !== null && serial === page?.serial,
  )
  if (first === undefined || first.length < 19 || last === undefined) return Number.NaN
  const view = new DataView(first.buffer, first.byteOffset, first.byteLength)
  const { rate, skip } = read(view)
  return ((last.granule ?? 0) - skip) / rate
}
