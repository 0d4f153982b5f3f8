import { InputError } from '../../core/errors.js'
import type { ByteReader } from './byte-reader.js'
import { ForeignAudio } from './foreign-audio.js'
import { convertHint, type InputName, rewriteHint } from './hints.js'
import type { PcmFormat, SampleEncoding } from './pcm.js'
import { checkedForm } from './sample-form.js'
import type { AudioPart } from './wav-parts.js'

const HEAD_BYTES = 8
const CHUNK_HEAD_BYTES = 12
const DESCRIPTION_BYTES = 32
const EDIT_COUNT_BYTES = 4
const MAX_CHUNKS = 4096
const [FLOAT, LITTLE_ENDIAN] = [1, 2]

/** Whether it begins as a CAF does. */
export function isCaf(head: Uint8Array): boolean {
  return String.fromCharCode(...head.subarray(0, 6)) === 'caff\0\x01'
}

/**
 * The audio of a CAF that is not compressed. Source: Apple, Core Audio Format Specification 1.0.
 *
 * @throws InputError when its header is broken; ForeignAudio when it is compressed
 */
export async function* cafParts(reader: ByteReader, input: InputName): AsyncGenerator<AudioPart, void, undefined> {
  await reader.skip(HEAD_BYTES)
  let format: PcmFormat | null = null
  for (let chunks = 0; chunks < MAX_CHUNKS; chunks++) {
    const head = await reader.read(CHUNK_HEAD_BYTES)
    if (head.length < CHUNK_HEAD_BYTES) break
    const id = String.fromCharCode(...head.subarray(0, 4))
    const size = Number(viewOf(head).getBigInt64(4))
    if (id === 'data' && format !== null) {
      await reader.skip(EDIT_COUNT_BYTES)
      // -1 says that it goes to the end of the file.
      return yield { format, bytes: size < EDIT_COUNT_BYTES ? null : size - EDIT_COUNT_BYTES }
    }
    if (size < 0) break
    const bytes = id === 'desc' ? await reader.read(DESCRIPTION_BYTES) : new Uint8Array(0)
    if (bytes.length >= DESCRIPTION_BYTES) format = readDescription(bytes, input)
    await reader.skip(size - bytes.length)
  }
  throw new InputError(`${input.name}: the CAF has no audio`, { hint: rewriteHint(input) })
}

function readDescription(bytes: Uint8Array, input: InputName): PcmFormat {
  const view = viewOf(bytes)
  const codec = String.fromCharCode(...bytes.subarray(8, 12))
  const [flags, packetBytes, packetFrames] = [view.getUint32(12), view.getUint32(16), view.getUint32(20)]
  const [channels, bits] = [view.getUint32(24), view.getUint32(28)]
  const encoding = encodingOf(codec, (flags & FLOAT) !== 0, bits)
  const isPacked = packetFrames === 1 && packetBytes === channels * Math.ceil(bits / 8)
  if (encoding === null || !isPacked) {
    const what = `${input.name}: a CAF of this kind cannot be read: ${codec.trim()}, ${bits} bits`
    throw new ForeignAudio(what, { hint: convertHint(input) })
  }
  const form = checkedForm({ channels, sampleRate: view.getFloat64(0) }, input.name)
  return { ...form, encoding, littleEndian: (flags & LITTLE_ENDIAN) !== 0 }
}

function encodingOf(codec: string, isFloat: boolean, bits: number): SampleEncoding | null {
  if (codec === 'alaw') return 'alaw'
  if (codec === 'ulaw') return 'mulaw'
  if (codec !== 'lpcm') return null
  if (isFloat) return bits === 32 ? 'f32' : bits === 64 ? 'f64' : null
  return ([null, 's8', 's16', 's24', 's32'] as const)[Math.ceil(bits / 8)] ?? null
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}
