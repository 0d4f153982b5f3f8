import { createHash } from 'node:crypto'

/** A short checksum of several pieces; it depends on where one ends and the next begins. */
export function fingerprintOf(pieces: readonly (string | Uint8Array)[]): string {
  const hash = createHash('sha256')
  for (const piece of pieces) hash.update(`${piece.length} `).update(piece)
  return hash.digest('hex').slice(0, 16)
}
