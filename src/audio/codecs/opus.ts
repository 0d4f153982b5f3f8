import { OpusDecoder } from 'opus-decoder'
import { InputError } from '../../core/errors.js'
import { type Codec, interleaved, joinedSamples } from './codec.js'
import { OggCodec, type OggDecoder, type OggHeaders } from './ogg.js'
import { quietly } from './quietly.js'

/** Opus counts so, whatever the rate of the recording was. */
const RATE = 48_000
const HEAD_BYTES = 19
/** Gain is given in these parts of a decibel. */
const GAIN_STEPS = 256
/** Head and tags. */
const HEADER_PACKETS = 2
/** The library has room for so much of each channel; no encoder writes more. */
const MAX_PACKET_BYTES = 3840

/** What the first packet says. */
interface OpusHead {
  readonly channels: number
  /** Samples at the start that are not heard. */
  readonly preSkip: number
  /** Factor of all samples. */
  readonly gain: number
  readonly streamCount: number
  readonly coupledStreamCount: number
  readonly mapping: readonly number[]
}

/**
 * Decodes Opus in Ogg. Source: RFC 7845.
 * @param name for messages
 */
export function opusCodec(name: string): Codec {
  return new OggCodec(name, (first) => headersOf(readHead(first, name)))
}

function headersOf(head: OpusHead): OggHeaders {
  let packets = 0
  return { push: async () => (++packets < HEADER_PACKETS ? null : await openDecoder(head)) }
}

function readHead(bytes: Uint8Array, name: string): OpusHead {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const isHead = bytes.length >= HEAD_BYTES && String.fromCharCode(...bytes.subarray(0, 8)) === 'OpusHead'
  const channels = bytes[9] ?? 0
  const isMapped = isHead && bytes[18] !== 0
  if (!isHead || channels === 0 || channels > 8 || (isMapped ? bytes.length < 21 + channels : channels > 2)) {
    throw new InputError(`${name}: the header of the Opus is damaged`, { hint: 'get the file once more' })
  }
  return {
    channels,
    preSkip: view.getUint16(10, true),
    gain: 10 ** (view.getInt16(16, true) / GAIN_STEPS / 20),
    streamCount: isMapped ? bytes[19]! : 1,
    coupledStreamCount: isMapped ? bytes[20]! : channels - 1,
    mapping: isMapped ? [...bytes.subarray(21, 21 + channels)] : [0, 1].slice(0, channels),
  }
}

async function openDecoder(head: OpusHead): Promise<OggDecoder> {
  const { channels, preSkip, gain, streamCount, coupledStreamCount, mapping } = head
  const decoder = new OpusDecoder({ channels, streamCount, coupledStreamCount, channelMappingTable: [...mapping] })
  await decoder.ready
  return {
    rate: RATE,
    channels,
    skip: preSkip,
    async decode(packets) {
      const fitting = packets.filter(({ length }) => length > 0 && length <= MAX_PACKET_BYTES * channels)
      return joinedSamples(
        fitting.map((packet) => {
          const { channelData, samplesDecoded } = quietly(() => decoder.decodeFrame(packet))
          const samples = samplesDecoded === 0 ? new Float32Array(0) : interleaved(channelData)
          return gain === 1 ? samples : samples.map((sample) => sample * gain)
        }),
      )
    },
    close: () => decoder.free(),
  }
}
