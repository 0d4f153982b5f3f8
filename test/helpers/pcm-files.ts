import { frameBytes, type SampleEncoding } from '../../src/audio/decode/pcm.js'

/** Encodings that both AIFF and CAF have in these tests. */
export type PlainEncoding = Extract<SampleEncoding, 's8' | 's16' | 's24' | 's32' | 'f32' | 'f64'>

/** How the audio of a file lies. */
export interface PlainLayout {
  readonly littleEndian?: boolean
  readonly channels?: number
  readonly rate?: number
}

/** An AIFF; in floats or with the low byte first an AIFF-C. */
export function aiff(audio: Float32Array, encoding: PlainEncoding, layout: PlainLayout = {}): Buffer {
  const { littleEndian = false, channels = 1, rate = 16_000 } = layout
  const sound = encoded(audio, encoding, littleEndian)
  const compression = { f32: 'fl32', f64: 'fl64' }[encoding as string] ?? (littleEndian ? 'sowt' : null)
  const description = Buffer.alloc(18)
  description.writeInt16BE(channels, 0)
  description.writeUInt32BE(audio.length / channels, 2)
  description.writeInt16BE(bitsOf(encoding), 6)
  const exponent = Math.floor(Math.log2(rate))
  description.writeUInt16BE(exponent + 16_383, 8)
  description.writeUInt32BE(rate * 2 ** (31 - exponent), 10)
  const more = compression === null ? Buffer.alloc(0) : Buffer.from(`${compression}\0\0`, 'latin1')
  const chunks = [
    chunk('COMM', Buffer.concat([description, more])),
    chunk('NAME', Buffer.from('odd')),
    chunk('SSND', Buffer.concat([Buffer.alloc(8), sound])),
  ]
  return chunk('FORM', Buffer.concat([Buffer.from(compression === null ? 'AIFF' : 'AIFC'), ...chunks]))
}

/** A CAF. */
export function caf(
  audio: Float32Array,
  encoding: PlainEncoding,
  layout: PlainLayout & { size?: bigint } = {},
): Buffer {
  const { littleEndian = false, channels = 1, rate = 16_000 } = layout
  const sound = encoded(audio, encoding, littleEndian)
  const description = Buffer.alloc(32)
  description.writeDoubleBE(rate, 0)
  description.write('lpcm', 8)
  description.writeUInt32BE((encoding.startsWith('f') ? 1 : 0) + (littleEndian ? 2 : 0), 12)
  description.writeUInt32BE((bitsOf(encoding) / 8) * channels, 16)
  description.writeUInt32BE(1, 20)
  description.writeUInt32BE(channels, 24)
  description.writeUInt32BE(bitsOf(encoding), 28)
  return Buffer.concat([
    Buffer.from('caff\0\x01\0\0', 'latin1'),
    longChunk('desc', description),
    longChunk('free', Buffer.alloc(11)),
    longChunk('data', Buffer.concat([Buffer.alloc(4), sound]), layout.size),
  ])
}

function bitsOf(encoding: PlainEncoding): number {
  return 8 * frameBytes({ encoding, channels: 1, sampleRate: 16_000, littleEndian: true })
}

function chunk(id: string, bytes: Uint8Array): Buffer {
  const head = Buffer.alloc(8)
  head.write(id, 0, 'latin1')
  head.writeUInt32BE(bytes.length, 4)
  return Buffer.concat([head, bytes, Buffer.alloc(bytes.length % 2)])
}

function longChunk(id: string, bytes: Uint8Array, size = BigInt(bytes.length)): Buffer {
  const head = Buffer.alloc(12)
  head.write(id, 0, 'latin1')
  head.writeBigInt64BE(size, 4)
  return Buffer.concat([head, bytes])
}

function encoded(audio: Float32Array, encoding: PlainEncoding, littleEndian: boolean): Buffer {
  const size = bitsOf(encoding) / 8
  const bytes = Buffer.alloc(audio.length * size)
  for (const [i, sample] of audio.entries()) {
    const at = i * size
    if (encoding === 'f32') littleEndian ? bytes.writeFloatLE(sample, at) : bytes.writeFloatBE(sample, at)
    else if (encoding === 'f64') littleEndian ? bytes.writeDoubleLE(sample, at) : bytes.writeDoubleBE(sample, at)
    else {
      const scale = 2 ** (8 * size - 1)
      const value = Math.max(-scale, Math.min(scale - 1, Math.round(sample * scale)))
      if (littleEndian) bytes.writeIntLE(value, at, size)
      else bytes.writeIntBE(value, at, size)
    }
  }
  return bytes
}
