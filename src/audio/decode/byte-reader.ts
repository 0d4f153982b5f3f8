/** Bytes that come one after the other, and do not change any more. */
export interface ByteSource extends AsyncIterable<Uint8Array> {
  /** Leaves out bytes that come next, without reading them; absent where that is not possible. */
  skip?(count: number): void
}

/** Reads a stream of bytes in amounts of one's own choice. */
export class ByteReader {
  readonly #source: AsyncIterator<Uint8Array>
  readonly #skip: ((count: number) => void) | null
  #held: Uint8Array[] = []
  #length = 0
  #position = 0

  constructor(source: ByteSource) {
    this.#source = source[Symbol.asyncIterator]()
    this.#skip = source.skip?.bind(source) ?? null
  }

  /** Bytes that were read or skipped. */
  get position(): number {
    return this.#position
  }

  /** Bytes that have come already and were not read: so many can be had without waiting. */
  get arrived(): number {
    return this.#length
  }

  /** The next `count` bytes without taking them, fewer at the end of the stream. */
  async peek(count: number): Promise<Uint8Array> {
    await this.#fill(count)
    const head = joined(this.#held, this.#length)
    this.#held = [head]
    return head.subarray(0, count)
  }

  /** The next `count` bytes, fewer at the end of the stream. */
  async read(count: number): Promise<Uint8Array> {
    await this.#fill(count)
    return this.#take(Math.min(count, this.#length))
  }

  /**
   * Whatever comes next, in whole units and without waiting for more than one of them.
   * @param most bytes at most, a multiple of `unit`
   * @param unit bytes that belong together
   * @returns at the end of the stream less than a unit, or nothing
   */
  async some(most: number, unit = 1): Promise<Uint8Array> {
    await this.#fill(unit)
    const whole = this.#length - (this.#length % unit)
    return this.#take(Math.min(most, whole === 0 ? this.#length : whole))
  }

  /** Leaves out `count` bytes. */
  async skip(count: number): Promise<void> {
    for (let left = count; left > 0; ) {
      if (this.#length === 0 && this.#skip !== null) {
        this.#skip(left)
        this.#position += left
        return
      }
      const skipped = await this.some(left)
      if (skipped.length === 0) return
      left -= skipped.length
    }
  }

  /** Closes the stream. */
  async close(): Promise<void> {
    await this.#source.return?.()
  }

  async #fill(count: number): Promise<void> {
    while (this.#length < count) {
      const { done, value } = await this.#source.next()
      if (done) return
      if (value.length === 0) continue
      this.#held.push(value)
      this.#length += value.length
    }
  }

  #take(count: number): Uint8Array {
    const taken: Uint8Array[] = []
    for (let left = count; left > 0; ) {
      const piece = this.#held[0]!
      const part = piece.subarray(0, left)
      taken.push(part)
      left -= part.length
      if (part.length === piece.length) this.#held.shift()
      else this.#held[0] = piece.subarray(part.length)
    }
    this.#length -= count
    this.#position += count
    return joined(taken, count)
  }
}

function joined(pieces: readonly Uint8Array[], length: number): Uint8Array {
  if (pieces.length === 1) return pieces[0]!
  const all = new Uint8Array(length)
  let filled = 0
  for (const piece of pieces) {
    all.set(piece, filled)
    filled += piece.length
  }
  return all
}
