import { giveBack, leasedFloats } from '../../../core/leased-memory.js'
import { Tensor } from '../../onnx/onnx-runtime.js'
import { disposeAll } from '../../onnx/ort.js'
import type { EncodedAudio, WhisperModelConfig } from './model.js'

/**
 * Keys and values of a window, the encoder's own and those of the decoder's cross-attention: `[1, heads, positions, width]`. They
 * stay in one place until they are disposed of: the encoder writes the positions that it computes, and nothing else is copied. The
 * memory, 37 MB for tiny.en, is taken with the first window and given back by `dispose`, after which the next window takes it again.
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

  /** All tensors by name, for a window of so many positions; what was there stays at its position. */
  resized(positions: number): Readonly<Record<string, Tensor>> {
    if (positions === this.positions) return this.#tensors
    this.#release()
    if (this.#values.size === 0) this.#values = new Map(this.#names.map((name) => [name, leasedFloats(this.#size)]))
    const shape = [1, this.#heads, positions, this.#width]
    const size = this.#heads * positions * this.#width
    this.#tensors = Object.fromEntries(
      Array.from(this.#values, ([name, values]) => {
        this.#moveHeads(values, positions)
        return [name, new Tensor('float32', values.subarray(0, size), shape)]
      }),
    )
    this.positions = positions
    return this.#tensors
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

  /** With another number of positions, each head but the first begins elsewhere. */
  #moveHeads(values: Float32Array, positions: number): void {
    const from = this.positions * this.#width
    const to = positions * this.#width
    for (let i = 1; i < this.#heads; i++) {
      const head = to > from ? this.#heads - i : i
      values.copyWithin(head * to, head * from, head * from + Math.min(from, to))
    }
  }
}
