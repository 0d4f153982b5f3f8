const HEAD_BYTES = 10

/** Bytes of the ID3 tag that begins there, version 2; 0: none does. Source: ID3 tag version 2.4.0, section 3.1. */
export function id3Bytes(bytes: Uint8Array, at = 0): number {
  const [i, d, three, version, revision, flags, ...size] = bytes.subarray(at, at + HEAD_BYTES)
  if (i !== 0x49 || d !== 0x44 || three !== 0x33 || size.length < 4) return 0
  const isTag = version! <= 4 && revision! < 0xff && (flags! & 0x0f) === 0 && size.every((byte) => byte < 0x80)
  return isTag ? size.reduce((sum, byte) => sum * 128 + byte, 0) + HEAD_BYTES : 0
}
