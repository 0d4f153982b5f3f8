import type { AudioSource } from '../../src/core/types.js'

/** Audio from memory, in pieces of a given size. */
export function memorySource(audio: Float32Array, pieceSamples = 5000): AudioSource & { readonly closed: boolean } {
  let closed = false
  return {
    name: 'memory',
    get closed() {
      return closed
    },
    async *read() {
      try {
        for (let from = 0; from < audio.length; from += pieceSamples) yield audio.subarray(from, from + pieceSamples)
      } finally {
        closed = true
      }
    },
  }
}

/** A source that gives what it is given, when it is given. */
export class PushedSource implements AudioSource {
  readonly name = 'the microphone'
  /** Pieces that were asked for. */
  asked = 0
  closed = false
  readonly #waiting: (Float32Array | Error | null)[] = []
  #wake: () => void = () => {}

  /** Gives audio: a number of samples of silence, or the samples; null ends it, an error breaks it. */
  push(next: number | Float32Array | Error | null): void {
    this.#waiting.push(typeof next === 'number' ? new Float32Array(next) : next)
    this.#wake()
  }

  async *read(signal?: AbortSignal): AsyncGenerator<Float32Array> {
    signal?.addEventListener('abort', () => this.#wake())
    try {
      for (;;) {
        this.asked++
        while (this.#waiting.length === 0 && !signal?.aborted) {
          await new Promise<void>((resolve) => {
            this.#wake = resolve
          })
        }
        const next = this.#waiting.shift()
        if (signal?.aborted || next === null || next === undefined) return
        if (next instanceof Error) throw next
        yield next
      }
    } finally {
      this.closed = true
    }
  }
}

/** Lets everything happen that can happen by itself. */
export const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))
