/** A checksum over bytes, from the highest bit on, without inversions. */
export type Checksum = (bytes: Uint8Array, from: number, to: number) => number

/** Polynomial x^8 + x^2 + x + 1, over the header of a FLAC frame. */
export const crc8: Checksum = checksum(8, 0x07)
/** Polynomial x^32 + x^26 + ... + 1, over an Ogg page. */
export const crc32: Checksum = checksum(32, 0x04c11db7)

/** Table of the polynomial x^16 + x^15 + x^2 + 1, over a whole FLAC frame. */
export const CRC16_TABLE: Uint16Array = Uint16Array.from(tableOf(16, 0x8005))

function checksum(bits: number, polynomial: number): Checksum {
  const table = tableOf(bits, polynomial)
  const mask = 2 ** bits - 1
  return (bytes, from, to) => {
    let crc = 0
    for (let at = from; at < to; at++)
      crc = (((crc << 8) & mask) ^ table[((crc >>> (bits - 8)) ^ bytes[at]!) & 0xff]!) >>> 0
    return crc >>> 0
  }
}

function tableOf(bits: number, polynomial: number): Uint32Array {
  return Uint32Array.from({ length: 256 }, (_, byte) => {
    let crc = byte << (bits - 8)
    const top = 2 ** (bits - 1)
    const mask = bits === 32 ? 0xffff_ffff : 2 ** bits - 1
    for (let bit = 0; bit < 8; bit++) crc = ((crc >>> 0) & top ? (crc << 1) ^ polynomial : crc << 1) & mask
    return crc >>> 0
  })
}
