/** Samples that are judged together. */
const BLOCK_SAMPLES = 512
/**
 * What counts as full scale: 1; that of floats which are only too loud, such as those that are divided by their deviation;
 * that of 16, 24 and 32 bit integers.
 */
const FULL_SCALES = [1, 2 ** 8, 2 ** 15, 2 ** 23, 2 ** 31] as const
/** That of 16 bit integers. */
const OF_INTEGERS = 2
/** Twice the full scale of 32 bits: what no integer could be is as loud as that. */
const LARGEST = 2 ** 32
/** Beyond full scale: a loud mix may be, but hardly more than half of the time. */
const OVER = 2

/** What is said of floats that are not samples in [-1, 1]. */
export interface SampleRangeTold {
  /** Called when full scale turns out to be larger. */
  onLarger(fullScale: number): void
  /** Called once, at the first sample that is no number, or infinite. */
  onNoNumber(): void
}

/**
 * Finds out what full scale is for audio in floats. It should be 1; some programs write integers as floats, which clipped
 * at 1 would be noise. Blocks of samples that are mostly beyond it, or all whole numbers, show it; from there on full scale
 * stays so. What goes beyond it is clipped, and what is no number is silence. What comes out does not depend on how the input
 * is cut.
 */
export class SampleRange {
  readonly #told: SampleRangeTold
  #held = new Float32Array(0)
  #scale = 0
  #hasNumbersOnly = true

  /** @param told what is found out */
  constructor(told: SampleRangeTold) {
    this.#told = told
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
      this.#makeFinite(block)
      const scale = scaleOf(block, this.#scale)
      if (scale > this.#scale) this.#told.onLarger(FULL_SCALES[scale]!)
      this.#scale = scale
      const fullScale = FULL_SCALES[scale]!
      for (let i = 0; i < block.length; i++) block[i] = Math.max(-1, Math.min(1, block[i]! / fullScale))
    }
    return samples
  }

  #makeFinite(block: Float32Array): void {
    for (const [i, sample] of block.entries()) {
      if (Number.isFinite(sample)) {
        block[i] = Math.max(-LARGEST, Math.min(LARGEST, sample))
        continue
      }
      block[i] = 0
      if (this.#hasNumbersOnly) this.#told.onNoNumber()
      this.#hasNumbersOnly = false
    }
  }
}

/** Which full scale samples have, as far as they show it: that of those before, or a larger one. */
function scaleOf(block: Float32Array, before: number): number {
  let scale = before < OF_INTEGERS && isWhole(block) ? OF_INTEGERS : before
  while (scale < FULL_SCALES.length - 1 && isBeyond(block, scale)) scale++
  return scale
}

/** Whether all are whole numbers, and more than a square wave at full scale. */
function isWhole(block: Float32Array): boolean {
  return block.every((sample) => Number.isInteger(sample)) && block.some((sample) => Math.abs(sample) > 1)
}

/** What is only too loud is never beyond its full scale; a loud mix may be. */
function isBeyond(block: Float32Array, scale: number): boolean {
  const fullScale = FULL_SCALES[scale]!
  if (scale > 0 && scale < OF_INTEGERS) return block.some((sample) => Math.abs(sample) > fullScale)
  let [sounding, over] = [0, 0]
  for (const sample of block) {
    if (sample === 0) continue
    sounding++
    if (Math.abs(sample) > OVER * fullScale) over++
  }
  return over > sounding / 2
}
