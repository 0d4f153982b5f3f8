import { NoiseFloor } from './noise-floor.js'
import { VoicingDetector } from './voicing.js'

/** Levels are means over so many frames. */
const SMOOTHED_FRAMES = 5
/** Nothing is quieter, in decibels of full scale: 24 dB below half a step of 16 bit, as floats and 24 bit bring. */
const MIN_DB = -120
/** What stands out of the noise floor by this much may be speech. */
const ABOVE_FLOOR_DB = 9

/** What a frame of audio sounds like. */
export interface SoundFrame {
  readonly samples: Float32Array
  /** Decibels of full scale, over the last 50 ms. */
  readonly level: number
  /** The largest magnitude of a sample. */
  readonly peak: number
  /** Whether it stands out of the noise floor. */
  readonly isActive: boolean
}

/** Describes the frames of one stream, in order. */
export class SoundFrames {
  readonly #floor = new NoiseFloor()
  readonly #voicing = new VoicingDetector()
  readonly #energies: number[] = []

  /** Takes the next frame, of 10 ms; only the last of a stream may be shorter. */
  next(samples: Float32Array): SoundFrame {
    let [energy, peak] = [0, 0]
    for (const sample of samples) {
      energy += sample * sample
      peak = Math.max(peak, Math.abs(sample))
    }
    this.#energies.push(energy / samples.length)
    if (this.#energies.length > SMOOTHED_FRAMES) this.#energies.shift()
    const mean = this.#energies.reduce((sum, one) => sum + one, 0) / this.#energies.length
    const level = Math.max(MIN_DB, 10 * Math.log10(mean + 1e-14))
    this.#voicing.take(samples)
    return { samples, level, peak, isActive: level > this.#floor.next(level) + ABOVE_FLOOR_DB }
  }

  /** Whether there is a voice in the last 40 ms. */
  isVoiced(): boolean {
    return this.#voicing.isVoiced()
  }
}
