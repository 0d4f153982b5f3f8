/** Zero crossings of the filter on each side: steepness against cost. */
const ZERO_CROSSINGS = 32
/** Share of the lower Nyquist frequency that passes; the rest is for the slope. */
const PASS_SHARE = 0.95
/** Shape of the Kaiser window: side lobes of about -90 dB. */
const KAISER_BETA = 9

/**
 * Changes the sample rate of a stream: a polyphase filter, windowed sinc, that removes what the new rate cannot hold.
 * Sample n of the output belongs to the time of sample n of the new rate: there is no delay. What comes out does not
 * depend on how the input is cut.
 *
 * Source: J. O. Smith, Digital Audio Resampling (bandlimited interpolation).
 */
export class Resampler {
  /** Output sample n lies at input position n * step / phases. */
  readonly #step: number
  readonly #phases: number
  readonly #half: number
  readonly #cutoff: number
  /** Made when they are first needed: an odd rate has thousands. */
  readonly #filters: (Float32Array | undefined)[]
  #held: Float32Array
  /** Input index of the first held sample; negative at the begin, where silence is held. */
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
    this.#cutoff = 0.5 * PASS_SHARE * Math.min(1, to / from)
    this.#half = Math.ceil(ZERO_CROSSINGS / (2 * this.#cutoff))
    this.#filters = new Array(this.#phases)
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

  #weights(phase: number): Float32Array {
    const known = this.#filters[phase] ?? filter(phase / this.#phases, this.#half, this.#cutoff)
    this.#filters[phase] = known
    return known
  }
}

/** Weights of the samples around a position that lies `fraction` behind sample `half - 1` of them. */
function filter(fraction: number, half: number, cutoff: number): Float32Array {
  const weights = Float32Array.from({ length: 2 * half }, (_, i) => {
    const distance = i - (half - 1) - fraction
    return sinc(2 * cutoff * distance) * kaiser(distance / half)
  })
  const sum = weights.reduce((total, weight) => total + weight, 0)
  return weights.map((weight) => weight / sum)
}

function sinc(x: number): number {
  return x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x)
}

function kaiser(x: number): number {
  return Math.abs(x) >= 1 ? 0 : besselI0(KAISER_BETA * Math.sqrt(1 - x * x)) / besselI0(KAISER_BETA)
}

/** Modified Bessel function of the first kind, order 0, by its power series. */
function besselI0(x: number): number {
  let sum = 1
  for (let k = 1, term = 1; term > sum * 1e-12; k++) {
    term *= (x / (2 * k)) ** 2
    sum += term
  }
  return sum
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b)
}
