/** A sample that is made louder stays below this. */
const MAX_PEAK = 0.5

/** Multiplies the frames of a stream by gains: a gain grows over a frame, so that nothing clicks, and falls at once. */
export class Gain {
  #last = 1

  /**
   * @param samples a frame
   * @param peak its largest magnitude
   * @param gainDb what it is to be lifted by, in decibels; 0: it stays as it is
   * @returns the frame itself where there is nothing to do
   */
  applied(samples: Float32Array, peak: number, gainDb: number): Float32Array {
    const wanted = gainDb === 0 ? 1 : Math.max(1, Math.min(10 ** (gainDb / 20), MAX_PEAK / peak))
    const from = Math.min(this.#last, wanted)
    this.#last = wanted
    if (wanted === 1) return samples
    const step = (wanted - from) / samples.length
    return samples.map((sample, i) => sample * (from + step * (i + 1)))
  }
}
