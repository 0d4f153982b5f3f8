import { InputError } from '../../core/errors.js'
import type { ByteReader } from './byte-reader.js'
import { ForeignAudio } from './foreign-audio.js'
import { convertHint, type InputName, rewriteHint } from './hints.js'
import { frameBytes, type PcmFormat, type SampleEncoding } from './pcm.js'
import { checkedForm } from './sample-form.js'
import { readChunkHead } from './wav-chunks.js'
import type { AudioPart } from './wav-parts.js'

/** More than a description needs; longer ones are damage. */
const MAX_DESCRIPTION = 4096
const MAX_CHUNKS = 4096
const FORM_BYTES = 12
const SOUND_HEAD_BYTES = 8

/** What an AIFF says of its audio. */
interface AiffForm {
  readonly format: PcmFormat
  /** Samples of each channel. */
  readonly frames: number
}

/** Whether it begins as an AIFF does. */
export function isAiff(head: Uint8Array): boolean {
  return /^FORM.{4}AIF[FC]/s.test(String.fromCharCode(...head))
}

/**
 * The audio of an AIFF that is not compressed. Source: Apple, Audio Interchange File Format 1.3, and AIFF-C (draft).
 *
 * @throws InputError when its header is broken; ForeignAudio when it is compressed
 */
export async function* aiffParts(reader: ByteReader, input: InputName): AsyncGenerator<AudioPart, void, undefined> {
  await reader.skip(FORM_BYTES)
  let form: AiffForm | null = null
  for (let chunks = 0; chunks < MAX_CHUNKS; chunks++) {
    const head = await readChunkHead(reader, false)
    if (head === null) break
    if (head.id === 'SSND') {
      if (form === null) throw new ForeignAudio(`${input.name}: the AIFF has its audio before the description of it`)
      const sound = await reader.read(SOUND_HEAD_BYTES)
      if (sound.length < SOUND_HEAD_BYTES) break
      await reader.skip(viewOf(sound).getUint32(0))
      // A writer that was killed has not filled the sizes in.
      const bytes = form.frames * frameBytes(form.format)
      return yield { format: form.format, bytes: bytes === 0 ? null : bytes }
    }
    const bytes = await reader.read(Math.min(head.size, MAX_DESCRIPTION))
    if (head.id === 'COMM') form = readDescription(bytes, input)
    await reader.skip(head.size + (head.size % 2) - bytes.length)
  }
  throw new InputError(`${input.name}: the AIFF has no audio`, { hint: rewriteHint(input) })
}

function readDescription(bytes: Uint8Array, input: InputName): AiffForm {
  if (bytes.length < 18) throw new InputError(`${input.name}: the header of the AIFF is cut off`)
  const view = viewOf(bytes)
  const bits = view.getInt16(6)
  const compression = bytes.length < 22 ? 'NONE' : String.fromCharCode(...bytes.subarray(18, 22))
  const encoding = encodingOf(compression, bits)
  if (encoding === null) {
    const what = `${input.name}: an AIFF of this kind cannot be read: ${compression.trim()}, ${bits} bits`
    throw new ForeignAudio(what, { hint: convertHint(input) })
  }
  const form = checkedForm({ channels: view.getInt16(0), sampleRate: readFloat80(view, 8) }, input.name)
  return { format: { ...form, encoding, littleEndian: compression === 'sowt' }, frames: view.getUint32(2) }
}

function encodingOf(compression: string, bits: number): SampleEncoding | null {
  switch (compression) {
    case 'NONE':
    case 'twos':
    case 'sowt':
      return ([null, 's8', 's16', 's24', 's32'] as const)[Math.ceil(bits / 8)] ?? null
    case 'in24':
      return 's24'
    case 'in32':
      return 's32'
    case 'fl32':
    case 'FL32':
      return 'f32'
    case 'fl64':
    case 'FL64':
      return 'f64'
    case 'alaw':
    case 'ALAW':
      return 'alaw'
    case 'ulaw':
    case 'ULAW':
      return 'mulaw'
    default:
      return null
  }
}

/** A number of 80 bits, as the 68881 had them. */
function readFloat80(view: DataView, at: number): number {
  const exponent = (view.getUint16(at) & 0x7fff) - 16_383
  return Math.round((view.getUint32(at + 2) / 2 ** 31 + view.getUint32(at + 6) / 2 ** 63) * 2 ** exponent)
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}
