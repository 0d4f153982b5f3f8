import { decodeCompressed } from '../codecs/decode-compressed.js'
import { type OpenOptions, recognize } from '../decode/audio-parts.js'
import type { ByteReader } from '../decode/byte-reader.js'
import { type DecodeOptions, decodeStream } from '../decode/decode-stream.js'

/**
 * Decodes whatever audio comes to mono at 16 kHz.
 *
 * @param opening where what is said of headers goes, and how they are read
 * @throws InputError when it is empty, no audio, or broken; ForeignAudio when another program has to decode it
 */
export async function* decodeAudio(
  reader: ByteReader,
  opening: OpenOptions,
  options: DecodeOptions,
): AsyncGenerator<Float32Array> {
  const found = await recognize(reader, opening)
  if ('codec' in found) yield* decodeCompressed(reader, found.codec, options)
  else yield* decodeStream(reader, found.parts, options)
}
