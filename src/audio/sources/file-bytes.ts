import type { FileHandle } from 'node:fs/promises'
import type { ByteSource } from '../decode/byte-reader.js'

const PIECE_BYTES = 256 * 1024

/** The bytes of an open file; what is skipped is not read. */
export function fileBytes(file: FileHandle): ByteSource {
  let position = 0
  return {
    skip(count) {
      position += count
    },
    async *[Symbol.asyncIterator]() {
      for (;;) {
        const { bytesRead, buffer } = await file.read(new Uint8Array(PIECE_BYTES), 0, PIECE_BYTES, position)
        if (bytesRead === 0) return
        position += bytesRead
        yield buffer.subarray(0, bytesRead)
      }
    },
  }
}
