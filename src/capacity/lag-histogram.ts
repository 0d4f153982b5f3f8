const BIN_SEC = 0.005
const BINS = 24_000

/** Many lags, of which the mean is kept exactly and shares to 5 ms; beyond two minutes they count as two minutes. */
export class LagHistogram {
  readonly #bins = new Float64Array(BINS)
  #count = 0
  #sum = 0
  #max = 0

  /** How many lags there are. */
  get count(): number {
    return this.#count
  }

  /** The mean in seconds; 0 of nothing. */
  get mean(): number {
    return this.#count === 0 ? 0 : this.#sum / this.#count
  }

  /** The largest in seconds; 0 of nothing. */
  get max(): number {
    return this.#max
  }

  /** @param seconds from 0 */
  add(seconds: number): void {
    this.#count++
    this.#sum += seconds
    if (seconds > this.#max) this.#max = seconds
    const bin = Math.min(BINS - 1, Math.max(0, Math.floor(seconds / BIN_SEC)))
    this.#bins[bin] = (this.#bins[bin] as number) + 1
  }

  /** What a share of the lags does not exceed, in seconds; 0 of nothing. */
  quantile(share: number): number {
    if (this.#count === 0) return 0
    const wanted = share * this.#count
    let seen = 0
    for (let bin = 0; bin < BINS; bin++) {
      seen += this.#bins[bin] as number
      if (seen >= wanted) return Math.min(this.#max, (bin + 0.5) * BIN_SEC)
    }
    return this.#max
  }
}
