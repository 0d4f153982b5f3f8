import { InputError } from '../../core/errors.js'
import { SAMPLE_RATE } from '../../core/sample-rate.js'
import { takeSamples } from '../../core/take-samples.js'

/** Audio that was read ahead of its use. */
export class SampleQueue {
  readonly #source: AsyncIterator<Float32Array>
  readonly #pieces: Float32Array[] = []
  #length = 0
  #came = 0
  #ended = false

  constructor(source: AsyncIterable<Float32Array>) {
    this.#source = source[Symbol.asyncIterator]()
  }

  /** Samples that are waiting. */
  get length(): number {
    return this.#length
  }

  /** Reads until so many samples wait, or the source has ended. */
  async fill(count: number): Promise<void> {
    while (this.#length < count && !this.#ended) {
      const { done, value } = await this.#source.next()
      if (done) this.#ended = true
      else {
        this.#pieces.push(value)
        this.#length += value.length
        this.#came += value.length
      }
    }
  }

  /** Takes the next samples out: `count`, or what is left. */
  async take(count: number): Promise<Float32Array> {
    await this.fill(count)
    const taken = takeSamples(this.#pieces, Math.min(count, this.#length))
    this.#length -= taken.length
    return taken
  }

  /** @throws InputError when more samples have come than may be held at once */
  refuseMoreThan(maxSamples: number): void {
    if (this.#came <= maxSamples) return
    throw new InputError(
      `there are more than ${maxSamples / SAMPLE_RATE / 3600} h of audio, the most that can be held at once`,
      {
        hint: 'leave --offline out, or give the recording in parts',
      },
    )
  }

  /** Ends the source. */
  async close(): Promise<void> {
    await this.#source.return?.()
  }
}
