import { giveBack, leasedFloats } from '../../../core/leased-memory.js'
import { Tensor } from '../../onnx/onnx-runtime.js'
import { disposeAll } from '../../onnx/ort.js'
import type { EncodedAudio, Stretch, WhisperModelConfig } from './model.js'

/**
 * Keys and values of a window, the encoder's own and those of the decoder's cross-attention: `[1, heads, positions, width]`. They
 * stay in one place until they are disposed of: only the positions that the encoder computes are written. The memory, 37 MB for
 * tiny.en, is taken with the first window and given back by `dispose`, after which the next window takes it again.
 */
export class EncodedWindow implements EncodedAudio {
  positions = 0
  readonly #heads: number
  readonly #width: number
  /** Room for the longest window, by the name of the encoder's output. */
  #values: ReadonlyMap<string, Float32Array> = new Map()
  readonly #names: readonly string[]
  readonly #size: number
  #tensors: Readonly<Record<string, Tensor>> = {}

  /** @param names the encoder's outputs, `key.0`, `cross_value.3` and so on */
  constructor({ dims }: WhisperModelConfig, names: readonly string[]) {
    this.#heads = dims.textHeads
    this.#width = dims.audioState / dims.textHeads
    this.#names = names
    this.#size = dims.audioContext * dims.audioState
  }

  /** Inputs of the decoder. */
  cross(): Record<string, Tensor> {
    return Object.fromEntries(Object.entries(this.#tensors).filter(([name]) => name.startsWith('cross_')))
  }

  /** All tensors by name, for a window of so many positions; what was there stays, but for what is cut off the front. */
  resized(
    positions: number,
    { dropped = 0, silent = 0 }: Pick<Stretch, 'dropped' | 'silent'> = {},
  ): Readonly<Record<string, Tensor>> {
    if (positions === this.positions && dropped === 0) return this.#tensors
    this.#release()
    const kept = this.positions - dropped
    if (this.#values.size === 0) this.#values = new Map(this.#names.map((name) => [name, leasedFloats(this.#size)]))
    const shape = [1, this.#heads, positions, this.#width]
    const size = this.#heads * positions * this.#width
    this.#tensors = Object.fromEntries(
      Array.from(this.#values, ([name, values]) => {
        if (dropped > 0) this.#moveHeads(values, { from: this.positions, to: kept, dropped })
        this.#moveHeads(values, { from: kept, to: positions, dropped: 0 })
        if (silent > 0) this.#repeatEnd(values, kept, positions, silent)
        return [name, new Tensor('float32', values.subarray(0, size), shape)]
      }),
    )
    this.positions = positions
    return this.#tensors
  }

  /** Puts rows, `[1, heads, rows, width]`, into their place, the first of them at position `first`. */
  put(name: string, rows: Float32Array, first: number): void {
    const size = rows.length / this.#heads
    for (let head = 0; head < this.#heads; head++) {
      const own = rows.subarray(head * size, (head + 1) * size)
      this.#values.get(name)?.set(own, (head * this.positions + first) * this.#width)
    }
  }

  dispose(): void {
    this.#release()
    for (const values of this.#values.values()) giveBack(values)
    this.#values = new Map()
    this.positions = 0
  }

  #release(): void {
    disposeAll(Object.values(this.#tensors))
    this.#tensors = {}
  }

  /** With another number of positions, each head begins elsewhere. */
  #moveHeads(values: Float32Array, { from, to, dropped }: HeadMove): void {
    const width = this.#width
    for (let i = 0; i < this.#heads; i++) {
      const head = to > from ? this.#heads - 1 - i : i
      const begin = (head * from + dropped) * width
      values.copyWithin(head * to * width, begin, begin + Math.min(from - dropped, to) * width)
    }
  }

  /** Fills up what is behind position `from` with the last `count` positions before it, again and again. */
  #repeatEnd(values: Float32Array, from: number, to: number, count: number): void {
    for (let head = 0; head < this.#heads; head++) {
      for (let at = from; at < to; at += count) {
        const end = (head * to + from) * this.#width
        const size = Math.min(count, to - at) * this.#width
        values.copyWithin((head * to + at) * this.#width, end - size, end)
      }
    }
  }
}

/** Positions of a head before and after it is moved, and how many are cut off its front. */
interface HeadMove {
  readonly from: number
  readonly to: number
  readonly dropped: number
}
