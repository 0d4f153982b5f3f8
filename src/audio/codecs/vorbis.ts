import { OggVorbisDecoder } from '@wasm-audio-decoders/ogg-vorbis'
import { InputError } from '../../core/errors.js'
import { type Codec, interleaved } from './codec.js'
import { OggCodec, type OggDecoder, type OggHeaders } from './ogg.js'
import { quietly } from './quietly.js'

const HEAD_BYTES = 30
/** Identification, comment, setup. */
const HEADER_PACKETS = 3
/** The library has room for so much. */
const MAX_PACKET_BYTES = 128 * 1024

/**
 * Decodes Vorbis in Ogg. The library loses up to everything after damage when it reads the pages itself; it gets packets
 * here, as pages of its parser. Source: Vorbis I specification, sections 4 and A.
 *
 * @param name for messages
 */
export function vorbisCodec(name: string): Codec {
  return new OggCodec(name, (first) => headersOf(first, name))
}

function headersOf(first: Uint8Array, name: string): OggHeaders {
  const view = new DataView(first.buffer, first.byteOffset, first.byteLength)
  const channels = first[11] ?? 0
  const rate = first.length >= HEAD_BYTES ? view.getUint32(12, true) : 0
  if (channels === 0 || rate < 1000 || rate > 384_000) throw damaged(name)
  let packets = 0
  return {
    async push(packet) {
      if (++packets < HEADER_PACKETS) return null
      if (packet[0] !== 5 || packet.length > MAX_PACKET_BYTES) throw damaged(name)
      return openDecoder(first, packet, { rate, channels })
    },
  }
}

async function openDecoder(
  first: Uint8Array,
  setup: Uint8Array,
  { rate, channels }: Pick<OggDecoder, 'rate' | 'channels'>,
): Promise<OggDecoder> {
  const decoder = new OggVorbisDecoder()
  await decoder.ready
  await quietly(() => decoder.decodeOggPages([pageOf(first, [])]))
  let isSetUp = false
  return {
    rate,
    channels,
    skip: 0,
    async decode(packets) {
      const fitting = packets.filter(({ length }) => length > 0 && length <= MAX_PACKET_BYTES)
      const frames = fitting.map((packet) => ({ data: packet, header: { vorbisSetup: setup } }))
      if (frames.length === 0 && isSetUp) return new Float32Array(0)
      isSetUp = true
      const { channelData, samplesDecoded } = await quietly(() => decoder.decodeOggPages([pageOf(setup, frames)]))
      return samplesDecoded === 0 ? new Float32Array(0) : interleaved(channelData)
    },
    close: () => decoder.free(),
  }
}

type Page = Parameters<OggVorbisDecoder['decodeOggPages']>[0][number]

/** What the library reads of a page of its parser. */
function pageOf(data: Uint8Array, codecFrames: readonly object[]): Page {
  return { data, codecFrames, isLastPage: false } as unknown as Page
}

function damaged(name: string): InputError {
  return new InputError(`${name}: the header of the Vorbis is damaged`, { hint: 'get the file once more' })
}
