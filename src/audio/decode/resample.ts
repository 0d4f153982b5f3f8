import { type FilterBank, filterBank, ZERO_CROSSINGS } from './resample-filters.js'

/** Share of the lower Nyquist frequency that passes; the rest is for the slope. */
const PASS_SHARE = 0.95

/**
 * Changes the sample rate of a stream: a polyphase filter, windowed sinc, that removes what the new rate cannot hold.
 * Sample n of the output belongs to the time of sample n of the new rate: there is no delay. What comes out does not
 * depend on how the input is cut. Between full-scale samples a band-limited signal may be louder than they are: the output
 * may go beyond [-1, 1].
 *
 * Source: J. O. Smith, Digital Audio Resampling (bandlimited interpolation).
 */
export class Resampler {
  /** Output sample n lies at input position n * step / phases. */
  readonly #step: number
  readonly #phases: number
  readonly #half: number
  readonly #weights: FilterBank
  #held: Float32Array
  /** Input index of the first held sample; negative at the start, where silence is held. */
  #heldFrom: number
  #next = 0
  #received = 0

  /**
   * @param from samples a second of the input, a whole number
   * @param to samples a second of the output, a whole number
   */
  constructor(from: number, to: number) {
    const divisor = greatestCommonDivisor(from, to)
    this.#step = from / divisor
    this.#phases = to / divisor
    const cutoff = 0.5 * PASS_SHARE * Math.min(1, to / from)
    this.#half = Math.ceil(ZERO_CROSSINGS / (2 * cutoff))
    this.#weights = filterBank(this.#phases, this.#half, cutoff)
    this.#held = new Float32Array(this.#half - 1)
    this.#heldFrom = 1 - this.#half
  }

  /** Takes input in and gives the output that is certain by now. */
  push(input: Float32Array): Float32Array {
    this.#hold(input)
    this.#received += input.length
    return this.#produce(this.#heldFrom + this.#held.length - 1 - this.#half)
  }

  /** The rest, as if silence followed. */
  flush(): Float32Array {
    this.#hold(new Float32Array(this.#half))
    return this.#produce(this.#received - 1)
  }

  #hold(input: Float32Array): void {
    const needed = Math.floor((this.#next * this.#step) / this.#phases) - this.#half + 1
    const kept = this.#held.subarray(Math.min(this.#held.length, Math.max(0, needed - this.#heldFrom)))
    this.#heldFrom += this.#held.length - kept.length
    const held = new Float32Array(kept.length + input.length)
    held.set(kept)
    held.set(input, kept.length)
    this.#held = held
  }

  /** Output up to the input position `last`. */
  #produce(last: number): Float32Array {
    const end = Math.max(this.#next, Math.floor(((last + 1) * this.#phases - 1) / this.#step) + 1)
    const output = new Float32Array(end - this.#next)
    for (let i = 0; i < output.length; i++, this.#next++) {
      const position = this.#next * this.#step
      const whole = Math.floor(position / this.#phases)
      const weights = this.#weights(position - whole * this.#phases)
      const from = whole - this.#half + 1 - this.#heldFrom
      let sum = 0
      for (let k = 0; k < weights.length; k++) sum += weights[k]! * this.#held[from + k]!
      output[i] = sum
    }
    return output
  }
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b)
}
