/** One chunk of a RIFF file. */
export interface ChunkOptions {
  /** The size that it announces; absent: its own. */
  readonly size?: number
  /** Whether a byte makes its size even; true if absent. */
  readonly padded?: boolean
}

/** The fields of a "fmt " chunk. */
export interface FormatFields {
  readonly tag?: number
  readonly channels?: number
  readonly rate?: number
  readonly bits?: number
  readonly blockAlign?: number
  readonly byteRate?: number
  readonly extension?: Uint8Array
}

export function chunk(id: string, body: Uint8Array, { size = body.length, padded = true }: ChunkOptions = {}): Buffer {
  const head = Buffer.alloc(8)
  head.write(id, 0, 'latin1')
  head.writeUInt32LE(size, 4)
  return Buffer.concat([head, body, Buffer.alloc(padded ? body.length % 2 : 0)])
}

export function fmt({
  tag = 1,
  channels = 1,
  rate = 16_000,
  bits = 16,
  blockAlign = channels * Math.ceil(bits / 8),
  byteRate = rate * blockAlign,
  extension = new Uint8Array(0),
}: FormatFields = {}): Buffer {
  const fields = Buffer.alloc(16)
  fields.writeUInt16LE(tag, 0)
  fields.writeUInt16LE(channels, 2)
  fields.writeUInt32LE(rate, 4)
  fields.writeUInt32LE(byteRate, 8)
  fields.writeUInt16LE(blockAlign, 12)
  fields.writeUInt16LE(bits, 14)
  return chunk('fmt ', Buffer.concat([fields, extension]))
}

/** WAVEFORMATEXTENSIBLE: the rest of a "fmt " chunk whose tag is 0xfffe. */
export function extension(validBits: number, tag: number): Buffer {
  const fields = Buffer.alloc(24)
  fields.writeUInt16LE(22, 0)
  fields.writeUInt16LE(validBits, 2)
  fields.writeUInt16LE(tag, 8)
  Buffer.from('000000001000800000aa00389b71', 'hex').copy(fields, 10)
  return fields
}

export function riff(
  chunks: readonly Uint8Array[],
  { size, id = 'RIFF' }: { size?: number; id?: string } = {},
): Buffer {
  const body = Buffer.concat([Buffer.from('WAVE'), ...chunks])
  const head = Buffer.alloc(8)
  head.write(id, 0, 'latin1')
  head.writeUInt32LE(size ?? body.length, 4)
  return Buffer.concat([head, body])
}
