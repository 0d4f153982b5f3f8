/** Samples that are judged together. */
const BLOCK_SAMPLES = 512
/** What counts as full scale: 1, and that of 16, 24 and 32 bit integers. */
const FULL_SCALES = [1, 2 ** 15, 2 ** 23, 2 ** 31] as const
/** Beyond full scale: a loud mix may be, but hardly more than half of the time. */
const OVER = 2

/**
 * Finds out what full scale is for audio in floats. It should be 1; some programs write integers as floats, which clipped
 * at 1 would be noise. Blocks of samples that are mostly beyond it, or all whole numbers, show it; from there on full scale
 * stays so. What goes beyond it is clipped. What comes out does not depend on how the input is cut.
 */
export class SampleRange {
  readonly #onLarger: (fullScale: number) => void
  #held = new Float32Array(0)
  #scale = 0

  /** @param onLarger called when full scale turns out to be larger */
  constructor(onLarger: (fullScale: number) => void) {
    this.#onLarger = onLarger
  }

  /** Gives whole blocks with full scale at 1, in [-1, 1]. */
  push(samples: Float32Array): Float32Array {
    const all = new Float32Array(this.#held.length + samples.length)
    all.set(this.#held)
    all.set(samples, this.#held.length)
    const whole = all.length - (all.length % BLOCK_SAMPLES)
    this.#held = all.slice(whole)
    return this.#scaled(all.subarray(0, whole))
  }

  /** What is left at the end of the stream. */
  flush(): Float32Array {
    const rest = this.#held
    this.#held = new Float32Array(0)
    return this.#scaled(rest)
  }

  #scaled(samples: Float32Array): Float32Array {
    for (let from = 0; from < samples.length; from += BLOCK_SAMPLES) {
      const block = samples.subarray(from, from + BLOCK_SAMPLES)
      while (this.#scale < FULL_SCALES.length - 1 && isBeyond(block, FULL_SCALES[this.#scale]!)) {
        this.#scale++
        this.#onLarger(FULL_SCALES[this.#scale]!)
      }
      const fullScale = FULL_SCALES[this.#scale]!
      for (let i = 0; i < block.length; i++) block[i] = Math.max(-1, Math.min(1, block[i]! / fullScale))
    }
    return samples
  }
}

function isBeyond(block: Float32Array, fullScale: number): boolean {
  let [sounding, over, whole] = [0, 0, 0]
  for (const sample of block) {
    if (sample === 0) continue
    sounding++
    if (Math.abs(sample) > OVER * fullScale) over++
    if (Number.isInteger(sample)) whole++
  }
  if (sounding === 0) return false
  return over > sounding / 2 || (fullScale === 1 && whole === sounding && hasSteps(block))
}

/** Whether whole numbers are more than a square wave at full scale. */
function hasSteps(block: Float32Array): boolean {
  return block.some((sample) => Math.abs(sample) > 1)
}
