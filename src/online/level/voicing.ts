import { SAMPLE_RATE } from '../../core/sample-rate.js'

/** Pitch is looked for at 4 kHz: each value is the mean of so many samples. */
const DECIMATION = 4
const RATE = SAMPLE_RATE / DECIMATION
/** Lags of 400 to 70 Hz, the pitch of voices. */
const MIN_LAG = Math.floor(RATE / 400)
const MAX_LAG = Math.ceil(RATE / 70)
/** Values that are compared with those a period earlier: 40 ms. */
const WINDOW = 160
/** From this correlation on there is a voice; noise reaches 0.4. */
const MIN_CORRELATION = 0.6

/**
 * Tells voiced sound, which repeats itself in the period of a pitch, from noise of any level.
 *
 * Source: Rabiner 1977, On the use of autocorrelation analysis for pitch detection; normalized as in Talkin 1995 (RAPT).
 */
export class VoicingDetector {
  /** The last 40 ms at 4 kHz, the newest last; differences, so that rumble does not count. */
  readonly #values = new Float32Array(WINDOW)
  #lastMean = 0

  /** Takes the next samples; what is left of four is not heard. */
  take(audio: Float32Array): void {
    const count = Math.min(WINDOW, Math.floor(audio.length / DECIMATION))
    this.#values.copyWithin(0, count)
    for (let i = 0; i < count; i++) {
      let sum = 0
      for (let j = 0; j < DECIMATION; j++) sum += audio[i * DECIMATION + j]!
      this.#values[WINDOW - count + i] = sum - this.#lastMean
      this.#lastMean = sum
    }
  }

  /** Whether the last 40 ms are voiced. */
  isVoiced(): boolean {
    let [before, last] = [this.#correlation(MIN_LAG - 1), this.#correlation(MIN_LAG)]
    for (let lag = MIN_LAG; lag <= MAX_LAG; lag++) {
      const next = this.#correlation(lag + 1)
      if (last >= MIN_CORRELATION && last >= before && last >= next) return true
      before = last
      last = next
    }
    return false
  }

  #correlation(lag: number): number {
    const values = this.#values
    let [product, one, other] = [0, 0, 0]
    for (let i = lag; i < WINDOW; i++) {
      const [now, then] = [values[i]!, values[i - lag]!]
      product += now * then
      one += now * now
      other += then * then
    }
    return product / (Math.sqrt(one * other) || 1)
  }
}
