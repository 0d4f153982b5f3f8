const COS_72 = Math.cos((2 * Math.PI) / 5)
const SIN_72 = Math.sin((2 * Math.PI) / 5)
const COS_144 = Math.cos((4 * Math.PI) / 5)
const SIN_144 = Math.sin((4 * Math.PI) / 5)

/**
 * Discrete Fourier transform of a fixed length, for lengths with the prime factors 2, 3 and 5 (Stockham's
 * self-sorting form, mixed radix). Whisper's windows have 400 samples, which no power-of-two transform serves.
 */
export class MixedRadixFft {
  readonly length: number
  readonly #radices: readonly number[]
  readonly #cos: Float64Array
  readonly #sin: Float64Array
  #re: Float64Array
  #im: Float64Array
  #spareRe: Float64Array
  #spareIm: Float64Array

  /** @param length number of complex points; its prime factors are 2, 3 and 5 */
  constructor(length: number) {
    this.length = length
    this.#radices = factors(length)
    this.#cos = Float64Array.from({ length }, (_, k) => Math.cos((2 * Math.PI * k) / length))
    this.#sin = Float64Array.from({ length }, (_, k) => -Math.sin((2 * Math.PI * k) / length))
    this.#re = new Float64Array(length)
    this.#im = new Float64Array(length)
    this.#spareRe = new Float64Array(length)
    this.#spareIm = new Float64Array(length)
  }

  /** Real parts: the input before `transform`, the spectrum after it. The array may be another one after each call. */
  get re(): Float64Array {
    return this.#re
  }

  /** Imaginary parts, as `re`. */
  get im(): Float64Array {
    return this.#im
  }

  /** Transforms `re` and `im` in place. */
  transform(): void {
    let done = 1
    for (const radix of this.#radices) {
      if (radix === 4) this.#passOfFour(done)
      else if (radix === 5) this.#passOfFive(done)
      else this.#passOf(radix, done)
      done *= radix
      ;[this.#re, this.#spareRe] = [this.#spareRe, this.#re]
      ;[this.#im, this.#spareIm] = [this.#spareIm, this.#im]
    }
  }

  #passOfFour(done: number): void {
    const { length: n } = this
    const [re, im, toRe, toIm, cos, sin] = [this.#re, this.#im, this.#spareRe, this.#spareIm, this.#cos, this.#sin]
    const quarter = n / 4
    const step = n / (done * 4)
    for (let j = 0; j < step; j++) {
      for (let k = 0; k < done; k++) {
        const from = j * done + k
        const [w1, w2, w3] = [k * step, 2 * k * step, 3 * k * step]
        const i1 = from + quarter
        const i2 = i1 + quarter
        const i3 = i2 + quarter
        const r0 = re[from]!
        const m0 = im[from]!
        const r1 = re[i1]! * cos[w1]! - im[i1]! * sin[w1]!
        const m1 = re[i1]! * sin[w1]! + im[i1]! * cos[w1]!
        const r2 = re[i2]! * cos[w2]! - im[i2]! * sin[w2]!
        const m2 = re[i2]! * sin[w2]! + im[i2]! * cos[w2]!
        const r3 = re[i3]! * cos[w3]! - im[i3]! * sin[w3]!
        const m3 = re[i3]! * sin[w3]! + im[i3]! * cos[w3]!
        const to = j * done * 4 + k
        toRe[to] = r0 + r1 + r2 + r3
        toIm[to] = m0 + m1 + m2 + m3
        toRe[to + done] = r0 + m1 - r2 - m3
        toIm[to + done] = m0 - r1 - m2 + r3
        toRe[to + 2 * done] = r0 - r1 + r2 - r3
        toIm[to + 2 * done] = m0 - m1 + m2 - m3
        toRe[to + 3 * done] = r0 - m1 - r2 + m3
        toIm[to + 3 * done] = m0 + r1 - m2 - r3
      }
    }
  }

  #passOfFive(done: number): void {
    const { length: n } = this
    const [re, im, toRe, toIm, cos, sin] = [this.#re, this.#im, this.#spareRe, this.#spareIm, this.#cos, this.#sin]
    const fifth = n / 5
    const step = n / (done * 5)
    for (let j = 0; j < step; j++) {
      for (let k = 0; k < done; k++) {
        const from = j * done + k
        const turn = k * step
        const r0 = re[from]!
        const m0 = im[from]!
        const [i1, i2, i3, i4] = [from + fifth, from + 2 * fifth, from + 3 * fifth, from + 4 * fifth]
        const [c1, c2, c3, c4] = [cos[turn]!, cos[2 * turn]!, cos[3 * turn]!, cos[4 * turn]!]
        const [s1, s2, s3, s4] = [sin[turn]!, sin[2 * turn]!, sin[3 * turn]!, sin[4 * turn]!]
        const r1 = re[i1]! * c1 - im[i1]! * s1
        const m1 = re[i1]! * s1 + im[i1]! * c1
        const r2 = re[i2]! * c2 - im[i2]! * s2
        const m2 = re[i2]! * s2 + im[i2]! * c2
        const r3 = re[i3]! * c3 - im[i3]! * s3
        const m3 = re[i3]! * s3 + im[i3]! * c3
        const r4 = re[i4]! * c4 - im[i4]! * s4
        const m4 = re[i4]! * s4 + im[i4]! * c4
        // Legs 1 and 4, and 2 and 3, have conjugate factors: their sums and differences are all that is needed.
        const [sumR14, sumM14, difR14, difM14] = [r1 + r4, m1 + m4, r1 - r4, m1 - m4]
        const [sumR23, sumM23, difR23, difM23] = [r2 + r3, m2 + m3, r2 - r3, m2 - m3]
        const evenR1 = r0 + COS_72 * sumR14 + COS_144 * sumR23
        const evenM1 = m0 + COS_72 * sumM14 + COS_144 * sumM23
        const evenR2 = r0 + COS_144 * sumR14 + COS_72 * sumR23
        const evenM2 = m0 + COS_144 * sumM14 + COS_72 * sumM23
        const oddR1 = SIN_72 * difM14 + SIN_144 * difM23
        const oddM1 = SIN_72 * difR14 + SIN_144 * difR23
        const oddR2 = SIN_144 * difM14 - SIN_72 * difM23
        const oddM2 = SIN_144 * difR14 - SIN_72 * difR23
        const to = j * done * 5 + k
        toRe[to] = r0 + sumR14 + sumR23
        toIm[to] = m0 + sumM14 + sumM23
        toRe[to + done] = evenR1 + oddR1
        toIm[to + done] = evenM1 - oddM1
        toRe[to + 2 * done] = evenR2 + oddR2
        toIm[to + 2 * done] = evenM2 - oddM2
        toRe[to + 3 * done] = evenR2 - oddR2
        toIm[to + 3 * done] = evenM2 + oddM2
        toRe[to + 4 * done] = evenR1 - oddR1
        toIm[to + 4 * done] = evenM1 + oddM1
      }
    }
  }

  #passOf(radix: number, done: number): void {
    const { length: n } = this
    const [re, im, toRe, toIm, cos, sin] = [this.#re, this.#im, this.#spareRe, this.#spareIm, this.#cos, this.#sin]
    const part = n / radix
    const step = part / done
    for (let j = 0; j < step; j++) {
      for (let k = 0; k < done; k++) {
        for (let out = 0; out < radix; out++) {
          // One turn of the output's own frequency joins the twiddle factor and the small transform.
          const turn = (k + out * done) * step
          let sumRe = 0
          let sumIm = 0
          for (let leg = 0, w = 0, i = j * done + k; leg < radix; leg++, i += part) {
            sumRe += re[i]! * cos[w]! - im[i]! * sin[w]!
            sumIm += re[i]! * sin[w]! + im[i]! * cos[w]!
            w += turn
            if (w >= n) w -= n
          }
          const to = j * done * radix + k + out * done
          toRe[to] = sumRe
          toIm[to] = sumIm
        }
      }
    }
  }
}

function factors(length: number): number[] {
  const found: number[] = []
  let rest = length
  for (const radix of [4, 5, 3, 2]) {
    while (rest % radix === 0) {
      found.push(radix)
      rest /= radix
    }
  }
  if (rest !== 1) throw new RangeError(`a transform of ${length} points has a prime factor other than 2, 3 and 5`)
  return found
}
