/** Reads a stream of bytes in amounts of one's own choice. */
export class ByteReader {
  readonly #source: AsyncIterator<Uint8Array>
  #held: Uint8Array = new Uint8Array(0)
  #position = 0

  constructor(source: AsyncIterable<Uint8Array>) {
    this.#source = source[Symbol.asyncIterator]()
  }

  /** Bytes that were read or skipped. */
  get position(): number {
    return this.#position
  }

  /** The next `count` bytes, fewer at the end of the stream. */
  async read(count: number): Promise<Uint8Array> {
    while (this.#held.length < count && (await this.#more()));
    return this.#take(Math.min(count, this.#held.length))
  }

  /** Whatever comes next, `most` bytes at the most; empty at the end of the stream. */
  async some(most: number): Promise<Uint8Array> {
    if (this.#held.length === 0) await this.#more()
    return this.#take(Math.min(most, this.#held.length))
  }

  /** Leaves out `count` bytes. */
  async skip(count: number): Promise<void> {
    for (let left = count; left > 0; ) {
      const skipped = await this.some(left)
      if (skipped.length === 0) return
      left -= skipped.length
    }
  }

  /** Closes the stream. */
  async close(): Promise<void> {
    await this.#source.return?.()
  }

  #take(count: number): Uint8Array {
    const taken = this.#held.subarray(0, count)
    this.#held = this.#held.subarray(count)
    this.#position += count
    return taken
  }

  async #more(): Promise<boolean> {
    const { done, value } = await this.#source.next()
    if (done) return false
    if (this.#held.length === 0) this.#held = value
    else {
      const joined = new Uint8Array(this.#held.length + value.length)
      joined.set(this.#held)
      joined.set(value, this.#held.length)
      this.#held = joined
    }
    return true
  }
}
