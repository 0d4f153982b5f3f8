import { Tensor } from '../onnx-runtime.js'
import type { EncodedAudio, WhisperModelConfig } from './model.js'
import { disposeAll } from './sessions.js'

/**
 * Keys and values of a window, the encoder's own and those of the decoder's cross-attention: `[1, heads, positions, width]`. They
 * stay in one place for as long as a stream lasts: the encoder writes the positions that it computes, and nothing else is copied.
 */
export class EncodedWindow implements EncodedAudio {
  positions = 0
  readonly #heads: number
  readonly #width: number
  /** Room for the longest window, by the name of the encoder's output. */
  readonly #values: ReadonlyMap<string, Float32Array>
  #tensors: Readonly<Record<string, Tensor>> = {}

  /** @param names the encoder's outputs, `key.0`, `cross_value.3` and so on */
  constructor({ dims }: WhisperModelConfig, names: readonly string[]) {
    this.#heads = dims.textHeads
    this.#width = dims.audioState / dims.textHeads
    this.#values = new Map(names.map((name) => [name, new Float32Array(dims.audioContext * dims.audioState)]))
  }

  /** Inputs of the decoder. */
  cross(): Record<string, Tensor> {
    return Object.fromEntries(Object.entries(this.#tensors).filter(([name]) => name.startsWith('cross_')))
  }

  /** All tensors by name, for a window of so many positions; what was there stays at its position. */
  resized(positions: number): Readonly<Record<string, Tensor>> {
    if (positions === this.positions) return this.#tensors
    this.#release()
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
