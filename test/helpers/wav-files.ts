/** A chunk of a RIFF file: its name of four letters and its bytes. */
export type Chunk = readonly [name: string, bytes: Uint8Array]

/** What a WAV file says of its samples. */
export interface WavFormat {
  readonly tag?: number
  readonly channels?: number
  readonly rate?: number
  readonly bits?: number
  /** Bytes after the sixteen that all descriptions have. */
  readonly more?: Uint8Array
}

/** The chunk that describes the samples: 16 kHz, mono, 16 bit unless it is told otherwise. */
export function formatChunk({ tag = 1, channels = 1, rate = 16_000, bits = 16, more }: WavFormat = {}): Chunk {
  const bytes = Buffer.alloc(16)
  const frame = channels * Math.ceil(bits / 8)
  bytes.writeUInt16LE(tag, 0)
  bytes.writeUInt16LE(channels, 2)
  bytes.writeUInt32LE(rate, 4)
  bytes.writeUInt32LE(rate * frame, 8)
  bytes.writeUInt16LE(frame, 12)
  bytes.writeUInt16LE(bits, 14)
  return ['fmt ', more ? Buffer.concat([bytes, more]) : bytes]
}

/** How the sizes of a file lie. */
export interface WavSizes {
  /** What the file says the size of its data is; absent: the truth. */
  readonly data?: number
  /** What it says of all of it. */
  readonly riff?: number
}

/** A file of these chunks, one after the other; what has an odd length is followed by a byte that does not count. */
export function riff(chunks: readonly Chunk[], { data, riff: whole }: WavSizes = {}): Buffer {
  const parts = chunks.flatMap(([name, bytes]) => {
    const head = Buffer.alloc(8)
    head.write(name, 0, 'latin1')
    head.writeUInt32LE(name === 'data' && data !== undefined ? data : bytes.length, 4)
    return [head, bytes, Buffer.alloc(bytes.length % 2)]
  })
  const body = Buffer.concat(parts)
  const head = Buffer.from('RIFF    WAVE', 'latin1')
  head.writeUInt32LE(whole ?? body.length + 4, 4)
  return Buffer.concat([head, body])
}
