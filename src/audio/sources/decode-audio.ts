import { InputError } from '../../core/errors.js'
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
 * @throws InputError when it is empty, no audio, or broken, or nothing is left after `startAtSec`; ForeignAudio when another
 *   program has to decode it
 */
export async function* decodeAudio(
  reader: ByteReader,
  { onDecided = () => {}, ...opening }: OpenOptions & Deciding,
  options: DecodeOptions,
): AsyncGenerator<Float32Array> {
  const { name, startAtSec, signal } = options
  let isHeard = false
  let isTold = false
  const onDamage = (error: InputError) => {
    isTold = true
    options.onDamage?.(error)
  }
  const onPart = ({ isRaw = false }: Partial<AudioPart>) => {
    // Too little raw audio is told of where it ends.
    isTold ||= isRaw
    onDecided()
  }
  for await (const audio of decoded(reader, { ...opening, onPart }, { ...options, onDamage })) {
    isHeard = true
    yield audio
  }
  if (isHeard || signal?.aborted) return
  if (startAtSec > 0) {
    throw new InputError(`${name}: nothing is left after ${startAtSec} s`, { hint: 'give a smaller --start-at' })
  }
  if (!isTold) opening.log.warn(`${name} has no audio in it`)
}

async function* decoded(
  reader: ByteReader,
  { onPart, ...opening }: OpenOptions & { onPart: (part: Partial<AudioPart>) => void },
  options: DecodeOptions,
): AsyncGenerator<Float32Array> {
  const found = await recognize(reader, opening)
  if ('codec' in found) {
    onPart({})
    yield* decodeCompressed(reader, found.codec, options)
  } else yield* decodeStream(reader, told(found.parts, onPart), options)
}

async function* told(
  parts: AsyncIterable<AudioPart>,
  onPart: (part: AudioPart) => void,
): AsyncGenerator<AudioPart, void, undefined> {
  for await (const part of parts) {
    onPart(part)
    yield part
  }
}
