import { InputError } from '../core/errors.js'
import { SAMPLE_RATE } from '../core/sample-rate.js'
import type { AudioSource } from '../core/types.js'

/** A channel that is read is so much ahead of the slowest at most: there the decoder waits. */
const MAX_AHEAD = 30 * SAMPLE_RATE

/** One channel, as far as it was decoded and not read. */
interface Lane {
  pieces: Float32Array[]
  samples: number
  /** Whether somebody reads it, or will. */
  isOpen: boolean
}

/**
 * One source whose channels are read by several readers, each at its own time. It is decoded once: whoever has nothing to read
 * decodes for all, unless another is too far behind.
 */
export class SplitChannels {
  readonly #lanes: Lane[] = []
  readonly #closing = new AbortController()
  #source: AsyncIterator<Float32Array> | null = null
  #decoding: Promise<void> | null = null
  #hasCome = false
  #isOver = false
  #failure: { readonly error: unknown } | null = null
  #waiting: (() => void)[] = []

  /** Takes the next audio of all channels. @throws InputError when there are more channels than at the start */
  readonly arrived = (channels: readonly Float32Array[]): void => {
    if (!this.#hasCome) this.#lanes.push(...channels.map(() => ({ pieces: [], samples: 0, isOpen: true })))
    this.#hasCome = true
    if (channels.length > this.#lanes.length) {
      throw new InputError(`the audio has ${channels.length} channels from here on, and ${this.#lanes.length} before`, {
        hint: 'give the parts in files of their own, or leave out --channels',
      })
    }
    const { length = 0 } = channels[0] ?? {}
    for (const [index, lane] of this.#lanes.entries()) {
      // A channel that ends before the others is silent from there on.
      if (lane.isOpen) lane.pieces.push(channels[index] ?? new Float32Array(length))
      if (lane.isOpen) lane.samples += length
    }
  }

  /**
   * Finds out how many channels there are.
   *
   * @param source one that calls `arrived`
   * @param signal aborting it ends all channels
   * @returns a source for each channel; none when there is no audio
   * @throws InputError as the source does
   */
  async open(source: AudioSource, signal: AbortSignal): Promise<readonly AudioSource[]> {
    const ending = AbortSignal.any([signal, this.#closing.signal])
    this.#source = source.read(ending)[Symbol.asyncIterator]()
    while (!this.#hasCome && !this.#isOver) await this.#decode()
    if (this.#failure) throw this.#failure.error
    const { name, durationSec } = source
    return this.#lanes.map((lane, index) => ({
      name,
      ...(durationSec !== undefined && { durationSec }),
      read: (own?: AbortSignal) => this.#read(lane, own),
      // What is lost is lost to all, and told once.
      ...(index === 0 && source.damage && { damage: () => source.damage?.() ?? null }),
    }))
  }

  /** Ends the source. */
  async close(): Promise<void> {
    for (const lane of this.#lanes) this.#leave(lane)
    this.#closing.abort()
    const ended = async () => void (await this.#source?.return?.())
    if (this.#decoding === null) return ended()
    // Not waited for while it waits for audio that may never come.
    void this.#decoding.then(ended).catch(() => undefined)
  }

  async *#read(lane: Lane, signal: AbortSignal | undefined): AsyncGenerator<Float32Array, void, undefined> {
    const wake = () => this.#wake()
    signal?.addEventListener('abort', wake)
    try {
      while (!signal?.aborted) {
        const piece = lane.pieces.shift()
        if (piece !== undefined) {
          lane.samples -= piece.length
          this.#wake()
          yield piece
        } else if (this.#isOver) {
          if (this.#failure) throw this.#failure.error
          return
        } else if (this.#isAhead(lane)) await this.#changed()
        // What is decoded meanwhile is not waited for when this reader is to end.
        else await Promise.race([this.#decode(), this.#changed()])
      }
    } finally {
      signal?.removeEventListener('abort', wake)
      this.#leave(lane)
      if (this.#lanes.every(({ isOpen }) => !isOpen)) await this.close()
    }
  }

  #isAhead(own: Lane): boolean {
    return this.#lanes.some((lane) => lane !== own && lane.isOpen && lane.samples >= MAX_AHEAD)
  }

  #leave(lane: Lane): void {
    lane.isOpen = false
    lane.pieces = []
    lane.samples = 0
    this.#wake()
  }

  /** Resolves when somebody has read, or reads no more. */
  #changed(): Promise<void> {
    return new Promise((resolve) => void this.#waiting.push(resolve))
  }

  #wake(): void {
    for (const wake of this.#waiting.splice(0)) wake()
  }

  /** The next piece; never rejects. Who comes while it is decoded waits for the same. */
  #decode(): Promise<void> {
    this.#decoding ??= this.#next().finally(() => {
      this.#decoding = null
    })
    return this.#decoding
  }

  async #next(): Promise<void> {
    try {
      const { done, value } = (await this.#source?.next()) ?? { done: true, value: undefined }
      if (done) this.#isOver = true
      // A source that knows nothing of channels has one.
      else if (!this.#hasCome) this.arrived([value])
    } catch (error) {
      this.#isOver = true
      if (!this.#closing.signal.aborted) this.#failure = { error }
    }
  }
}
