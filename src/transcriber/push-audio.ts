import { type AudioChunk, copied } from '../audio/sources/iterable-bytes.js'
import { UsageError } from '../core/errors.js'

/** Audio that a program hands over as it gets it; read by one stream. */
export class PushedAudio implements AsyncIterable<AudioChunk> {
  readonly #limitBytes: number
  #chunks: AudioChunk[] = []
  #bytes = 0
  #isEnded = false
  #isRead = false
  #isClosed = false
  #wakeReader = (): void => {}
  #wakeWriters: (() => void)[] = []

  /** @param limitBytes more waits only if `write` is called all the same */
  constructor(limitBytes: number) {
    this.#limitBytes = limitBytes
  }

  /**
   * Hands over audio that follows what was handed over before. It is copied.
   * @returns whether there is room for more; if not, wait for `drained()`. Also false when nothing more is read: then it is
   *   left out
   * @throws UsageError after `end()`, and for what is neither samples nor bytes
   */
  write(chunk: AudioChunk): boolean {
    if (!(chunk instanceof Float32Array || chunk instanceof Uint8Array)) {
      throw new UsageError('what was written is no audio', {
        hint: 'write Float32Array (mono samples), or Uint8Array (bytes of a WAV file or of raw audio)',
      })
    }
    if (this.#isEnded) throw new UsageError('audio was written after end()', { hint: 'open another stream' })
    if (this.#isClosed) return false
    this.#chunks.push(copied(chunk))
    this.#bytes += chunk.byteLength
    this.#wakeReader()
    return this.hasRoom
  }

  /** Resolves when there is room for more audio, or nothing more is read. */
  async drained(): Promise<void> {
    while (!this.hasRoom && !this.#isEnded && !this.#isClosed) {
      await new Promise<void>((resolve) => {
        this.#wakeWriters.push(resolve)
      })
    }
  }

  /** Says that no more audio comes; again: nothing. */
  end(): void {
    this.#isEnded = true
    this.#wakeReader()
    this.#tellWriters()
  }

  /** Says that nothing more is read, because the stream has ended; again: nothing. */
  close(): void {
    this.#isClosed = true
    this.#chunks = []
    this.#bytes = 0
    this.#wakeReader()
    this.#tellWriters()
  }

  /** @throws UsageError the second time */
  async *[Symbol.asyncIterator](): AsyncGenerator<AudioChunk, void, undefined> {
    if (this.#isRead) throw new UsageError('a stream of pushed audio is read twice', { hint: 'open another stream' })
    this.#isRead = true
    try {
      for (;;) {
        const chunk = this.#chunks.shift()
        if (chunk) {
          this.#bytes -= chunk.byteLength
          this.#tellWriters()
          yield chunk
        } else if (this.#isEnded || this.#isClosed) return
        else {
          await new Promise<void>((resolve) => {
            this.#wakeReader = resolve
          })
        }
      }
    } finally {
      this.close()
    }
  }

  /** Whether there is room for more. */
  get hasRoom(): boolean {
    return this.#bytes < this.#limitBytes
  }

  #tellWriters(): void {
    for (const wake of this.#wakeWriters.splice(0)) wake()
  }
}
