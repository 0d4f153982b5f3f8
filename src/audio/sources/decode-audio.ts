import { decodeCompressed } from '../codecs/decode-compressed.js'
import { type OpenOptions, recognize } from '../decode/audio-parts.js'
import type { ByteReader } from '../decode/byte-reader.js'
import { type DecodeOptions, decodeStream } from '../decode/decode-stream.js'
import type { AudioPart } from '../decode/wav-parts.js'

interface Deciding {
  /** Called when it is certain that the bytes are decoded here. */
  readonly onDecided?: () => void
}

/**
 * Decodes whatever audio comes to mono at 16 kHz.
 *
 * @param opening where what is said of headers goes, and how they are read
 * @throws InputError when it is empty, no audio, or broken; ForeignAudio when another program has to decode it
 */
export async function* decodeAudio(
  reader: ByteReader,
  { onDecided = () => {}, ...opening }: OpenOptions & Deciding,
  options: DecodeOptions,
): AsyncGenerator<Float32Array> {
  const found = await recognize(reader, opening)
  if ('codec' in found) {
    onDecided()
    yield* decodeCompressed(reader, found.codec, options)
  } else yield* decodeStream(reader, told(found.parts, onDecided), options)
}

async function* told(parts: AsyncIterable<AudioPart>, onPart: () => void): AsyncGenerator<AudioPart, void, undefined> {
  for await (const part of parts) {
    onPart()
    yield part
  }
}
