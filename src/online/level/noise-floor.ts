/** The floor is the least level of so many parts of the last seconds, of so many frames each: 3 s of frames of 10 ms. */
const PARTS = 6
const PART_FRAMES = 50

/**
 * The level of the background, followed through speech: the least level of the last three seconds, since nobody speaks
 * for so long without a gap.
 *
 * Source: Martin 2001, Noise power spectral density estimation based on optimal smoothing and minimum statistics
 * (here of the whole band, without its correction of bias).
 */
export class NoiseFloor {
  readonly #parts: number[] = []
  #current = Number.POSITIVE_INFINITY
  #frames = 0

  /**
   * Takes the level of the next frame.
   * @param level decibels, smoothed over some frames
   * @returns the floor in decibels, this frame included
   */
  next(level: number): number {
    this.#current = Math.min(this.#current, level)
    const floor = this.#parts.reduce((least, part) => Math.min(least, part), this.#current)
    if (++this.#frames === PART_FRAMES) {
      this.#parts.push(this.#current)
      if (this.#parts.length === PARTS) this.#parts.shift()
      this.#current = Number.POSITIVE_INFINITY
      this.#frames = 0
    }
    return floor
  }
}
