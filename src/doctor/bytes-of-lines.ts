/** Bytes that stand in the source, in lines of base64. */
export function bytesOfLines(lines: readonly string[]): Uint8Array {
  return Buffer.from(lines.join(''), 'base64')
}
