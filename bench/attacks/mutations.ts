import type { Chance } from './random.js'

/** Where headers are. */
const HEADER = 120
const CHUNKS = ['LIST', 'JUNK', 'fmt ', 'data', 'ds64', 'bext', 'fact', 'RIFF', '\0\0\0\0'] as const
const RIFFS = ['RIFF', 'RIFX', 'RF64', 'BW64'] as const
/** The edges of what fits into fields of 8, 16 and 32 bits, and of what is read. */
const EDGES = [
  0, 1, 2, 7, 8, 16, 64, 65, 0x7f, 0xff, 999, 0x7fff, 0xffff, 384_000, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff,
]
/** Where a plain header has the kind, the channels, the rate, the bytes of a frame and the bits. */
const FIELDS = [20, 22, 24, 32, 34] as const

/** A WAV with something wrong in it. */
export function mutated(wav: Uint8Array, chance: Chance): Buffer {
  let bytes: Buffer = Buffer.from(wav)
  for (let left = 1 + chance.below(3); left > 0; left--) bytes = chance.one(WAYS)(bytes, chance)
  return bytes
}

type Way = (bytes: Buffer, chance: Chance) => Buffer

const place = (bytes: Buffer, chance: Chance, room = 0) =>
  chance.below(Math.max(1, Math.min(bytes.length - room, HEADER)))
const insert = (bytes: Buffer, at: number, more: Uint8Array) =>
  Buffer.concat([bytes.subarray(0, at), more, bytes.subarray(at)])

const WAYS: readonly Way[] = [
  (bytes, chance) => {
    for (let left = chance.below(9); left >= 0 && bytes.length > 0; left--) {
      const at = place(bytes, chance)
      bytes[at] = bytes[at]! ^ (1 << chance.below(8))
    }
    return bytes
  },
  (bytes, chance) => bytes.subarray(0, chance.below(bytes.length + 1)),
  (bytes, chance) => bytes.subarray(0, place(bytes, chance)),
  (bytes, chance) => {
    if (bytes.length > 48) bytes.writeUInt32LE(chance.one(EDGES), place(bytes, chance, 4))
    return bytes
  },
  (bytes, chance) => {
    if (bytes.length > 48) bytes.writeUInt16LE(chance.one(EDGES) & 0xffff, chance.one(FIELDS))
    return bytes
  },
  (bytes, chance) => {
    const chunk = Buffer.alloc(8 + chance.below(200))
    chunk.write(chance.one(CHUNKS), 'latin1')
    chunk.writeUInt32LE(chance.one(EDGES), 4)
    return insert(bytes, 12 + chance.below(40), chunk)
  },
  (bytes, chance) => insert(bytes, 12, Buffer.alloc(8 * chance.below(3000))),
  (bytes, chance) => {
    if (bytes.length > 4) bytes.write(chance.one(RIFFS), 'latin1')
    return bytes
  },
  (bytes, chance) => {
    const at = place(bytes, chance)
    return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1 + chance.below(20))])
  },
  (_, chance) => Buffer.from(Array.from({ length: chance.below(4000) }, () => chance.below(256))),
]
