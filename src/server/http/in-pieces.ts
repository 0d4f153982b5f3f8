import { createHash } from 'node:crypto'
import { setImmediate } from 'node:timers/promises'

/** What is copied or hashed at once: less than a millisecond, after which others have their turn. */
const PIECE_BYTES = 262_144

/** Room at first, in bytes. */
const FIRST_BYTES = 1_048_576
/** Room grows so many times: what has come is seldom copied, and who announces much holds no more than this for it. */
const GROWTH = 8

/**
 * Bytes that come in chunks, in one piece of memory from the start: chunks that are kept until they are joined would take
 * the memory twice, and the time of everybody while it is cleared away.
 */
export class RoomInPieces {
  readonly #mostBytes: number
  readonly #take: (bytes: number) => void
  #room = new Uint8Array(0)
  #filled = 0

  /**
   * @param mostBytes as many as are expected; more have room, too
   * @param take is told of memory before it is taken, and may refuse it
   */
  constructor(mostBytes: number, take: (bytes: number) => void) {
    this.#mostBytes = mostBytes
    this.#take = take
  }

  /** Bytes that have come. */
  get filled(): number {
    return this.#filled
  }

  /** Copies a chunk to the end. */
  async append(chunk: Uint8Array): Promise<void> {
    const needed = this.#filled + chunk.length
    if (needed > this.#room.length) await this.#grow(needed)
    this.#room.set(chunk, this.#filled)
    this.#filled = needed
  }

  /** What has come. */
  bytes(): Uint8Array {
    return this.#room.subarray(0, this.#filled)
  }

  async #grow(needed: number): Promise<void> {
    const wanted = Math.min(this.#mostBytes, Math.max(FIRST_BYTES, GROWTH * this.#filled))
    const bytes = Math.max(needed, wanted)
    this.#take(bytes - this.#room.length)
    const larger = new Uint8Array(bytes)
    for (let from = 0; from < this.#filled; from += PIECE_BYTES) {
      larger.set(this.#room.subarray(from, Math.min(this.#filled, from + PIECE_BYTES)), from)
      await setImmediate()
    }
    this.#room = larger
  }
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
