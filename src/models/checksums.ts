import { createHash, type Hash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { pipeline } from 'node:stream/promises'

/** Hex digits of a SHA-256. */
const SHA256_LENGTH = 64

/** The SHA-256 of a file, in hex. */
export function sha256Of(path: string): Promise<string> {
  return hashed(path, createHash('sha256'))
}

/**
 * The digest of a file as the Hub tells it and as its cache names it: the SHA-256 of a large file, else the id of the
 * blob in git.
 *
 * @param expected a digest of the kind that is wanted
 */
export async function digestLike(expected: string, path: string): Promise<string> {
  if (expected.length === SHA256_LENGTH) return sha256Of(path)
  const { size } = await stat(path)
  return hashed(path, createHash('sha1').update(`blob ${size}\0`))
}

async function hashed(path: string, hash: Hash): Promise<string> {
  await pipeline(createReadStream(path, { highWaterMark: 1 << 20 }), hash)
  return hash.digest('hex')
}
