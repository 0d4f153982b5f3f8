import { createHash } from 'node:crypto'
import { setImmediate } from 'node:timers/promises'

/** What is copied or hashed at once: less than a millisecond, after which others have their turn. */
const PIECE_BYTES = 262_144

/** Joins chunks. Large files would hold up all other clients if that was done at once. */
export async function joinedInPieces(chunks: readonly Uint8Array[], bytes: number): Promise<Uint8Array> {
  const all = new Uint8Array(new ArrayBuffer(bytes))
  let [filled, rested] = [0, 0]
  for (const chunk of chunks) {
    all.set(chunk, filled)
    filled += chunk.length
    if (filled - rested < PIECE_BYTES) continue
    rested = filled
    await setImmediate()
  }
  return all
}

/** The SHA-256 of bytes, in hexadecimal digits. */
export async function sha256InPieces(bytes: Uint8Array): Promise<string> {
  const hash = createHash('sha256')
  for (let from = 0; from < bytes.length; from += PIECE_BYTES) {
    hash.update(bytes.subarray(from, from + PIECE_BYTES))
    await setImmediate()
  }
  return hash.digest('hex')
}
