import type { ByteSource } from '../decode/byte-reader.js'

/** A stream of bytes of which the start can be read again, by another reader, until it is decided who reads it. */
export class RewindableBytes {
  readonly #source: AsyncIterator<Uint8Array>
  #kept: Uint8Array[] | null = []

  constructor(source: AsyncIterable<Uint8Array>) {
    this.#source = source[Symbol.asyncIterator]()
  }

  /** What comes, kept for as long as nothing is decided. */
  first(): ByteSource {
    return {
      [Symbol.asyncIterator]: () => ({
        next: async () => {
          const result = await this.#source.next()
          if (!result.done) this.#kept?.push(result.value)
          return result
        },
        return: async () => (await this.#source.return?.()) ?? { done: true, value: undefined },
      }),
    }
  }

  /** The first reader goes on: nothing is kept any more. */
  decide(): void {
    this.#kept = null
  }

  /** Everything from the start, for another reader. */
  async *again(): AsyncGenerator<Uint8Array> {
    try {
      yield* this.#kept ?? []
      this.#kept = null
      for (let next = await this.#source.next(); !next.done; next = await this.#source.next()) yield next.value
    } finally {
      await this.#source.return?.()
    }
  }
}
