import { giveBack, leasedFloats } from '../../../core/leased-memory.js'

/** 4 MB: the rows of some 90 tokens over 30 s, of eight heads. */
const BLOCK_FLOATS = 2 ** 20

/**
 * Memory for the attention of the tokens of one window, used again for the next one: arrays of their own would be some megabytes of
 * garbage an update.
 */
export class RowMemory {
  readonly #blocks: Float32Array[] = []
  /** The block that is being filled, and how far it is. */
  #block = 0
  #used = 0

  /** Floats that hold anything, valid until `reset` or `dispose`. */
  take(length: number): Float32Array {
    if (this.#block < this.#blocks.length && this.#used + length > this.#blocks[this.#block]!.length) {
      this.#block++
      this.#used = 0
    }
    if (this.#block === this.#blocks.length) this.#blocks.push(leasedFloats(Math.max(BLOCK_FLOATS, length)))
    const from = this.#used
    this.#used += length
    return this.#blocks[this.#block]!.subarray(from, this.#used)
  }

  /** Makes all rows free again. */
  reset(): void {
    this.#block = 0
    this.#used = 0
  }

  /** Gives the memory back; what is taken later takes it again. */
  dispose(): void {
    this.reset()
    for (const block of this.#blocks.splice(0)) giveBack(block)
  }
}
