import type { Log } from '../types.js'
import type { ByteReader } from './byte-reader.js'
import { MixDown } from './mix-down.js'
import { decodeSamples, frameBytes, type PcmFormat } from './pcm.js'
import { Resampler } from './resample.js'

/** Samples a second of all audio behind the input. */
export const SAMPLE_RATE = 16_000
/** Bytes that are decoded at once. */
const PIECE_BYTES = 64 * 1024

/** What is decoded. */
export interface DecodeOptions {
  readonly format: PcmFormat
  /** Bytes of audio that are announced; null: to the end of the stream. */
  readonly dataBytes: number | null
  /** What is read, for messages. */
  readonly name: string
  readonly log: Log
  /** Aborted when the end of the stream is our own doing. */
  readonly signal?: AbortSignal | undefined
}

/** Decodes uncompressed audio to mono at 16 kHz as it comes. Bytes at the end that are no whole frame are left out. */
export async function* decodeStream(
  reader: ByteReader,
  { format, dataBytes, name, log, signal }: DecodeOptions,
): AsyncGenerator<Float32Array> {
  const frame = frameBytes(format)
  const mixer = new MixDown(format.channels)
  const resampler = format.sampleRate === SAMPLE_RATE ? null : new Resampler(format.sampleRate, SAMPLE_RATE)
  const most = Math.floor(PIECE_BYTES / frame) * frame
  let left = dataBytes === null ? Number.POSITIVE_INFINITY : dataBytes - (dataBytes % frame)
  while (left > 0) {
    const bytes = await reader.some(Math.min(left, most), frame)
    if (bytes.length < frame) break
    left -= bytes.length
    const mono = mixer.push(decodeSamples(bytes, format))
    const audio = resampler ? resampler.push(mono) : mono
    if (audio.length > 0) yield audio
  }
  if (dataBytes !== null && left > 0 && !signal?.aborted) warnOfMissing(left, dataBytes, format, name, log)
  const rest = mixer.flush()
  if (rest.length > 0) yield resampler ? resampler.push(rest) : rest
  if (resampler) yield resampler.flush()
}

function warnOfMissing(missing: number, announced: number, format: PcmFormat, name: string, log: Log): void {
  const seconds = (bytes: number) => (bytes / frameBytes(format) / format.sampleRate).toFixed(1)
  log.warn(
    `${name} is cut off: it announces ${seconds(announced)} s of audio and has ${seconds(announced - missing)} s`,
  )
}
