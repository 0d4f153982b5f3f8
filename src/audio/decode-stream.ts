import type { Log } from '../types.js'
import type { ByteReader } from './byte-reader.js'
import { MixDown } from './mix-down.js'
import { decodeSamples, frameBytes, type PcmFormat } from './pcm.js'
import { Resampler } from './resample.js'

/** Samples a second of all audio behind the input. */
export const SAMPLE_RATE = 16_000
/** Bytes that are decoded at once. */
const PIECE_BYTES = 64 * 1024

/**
 * Decodes uncompressed audio to mono at 16 kHz as it comes.
 *
 * @param dataBytes bytes of audio that are announced; null: to the end of the stream
 * @param name what is read, for messages
 */
export async function* decodeStream(
  reader: ByteReader,
  format: PcmFormat,
  dataBytes: number | null,
  name: string,
  log: Log,
): AsyncGenerator<Float32Array> {
  const frame = frameBytes(format)
  const mixer = new MixDown(format.channels)
  const resampler = format.sampleRate === SAMPLE_RATE ? null : new Resampler(format.sampleRate, SAMPLE_RATE)
  let left = dataBytes ?? Number.POSITIVE_INFINITY
  while (left > 0) {
    const wanted = Math.min(left, Math.floor(PIECE_BYTES / frame) * frame)
    const bytes = await reader.read(wanted)
    left -= bytes.length
    const mono = mixer.push(decodeSamples(bytes.subarray(0, bytes.length - (bytes.length % frame)), format))
    const audio = resampler ? resampler.push(mono) : mono
    if (audio.length > 0) yield audio
    if (bytes.length < wanted) break
  }
  if (dataBytes !== null && left > 0) warnOfMissing(left, dataBytes, format, name, log)
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
