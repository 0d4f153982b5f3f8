import { SAMPLE_RATE } from '../../../core/sample-rate.js'
import { WINDOW_SAMPLES } from './window-encoder.js'

/** Sound of a window without text is heard again in parts of this length: what is said twenty times is none to a model in 30 s. */
const PART_SAMPLES = 10 * SAMPLE_RATE
/** Less than this is not heard by itself. */
const MIN_PART_SAMPLES = SAMPLE_RATE

/** Where the windows of long audio end: after 30 s, or after 10 s where the model has found no text in such a window. */
export class WindowEnds {
  /** The sample up to which audio is heard in parts. */
  #partsUntil = 0

  /** Whether the window that begins at a sample is such a part. */
  isPart(from: number): boolean {
    return this.#partsUntil - from >= MIN_PART_SAMPLES
  }

  /** Where the window ends that begins at a sample of so many. */
  endOf(from: number, samples: number): number {
    const end = this.isPart(from) ? Math.min(this.#partsUntil, from + PART_SAMPLES) : from + WINDOW_SAMPLES
    return Math.min(end, samples)
  }

  /** A window has no text. @returns whether it is heard once more, in parts from the same place on */
  hearsInParts(from: number, end: number): boolean {
    if (end <= this.#partsUntil || end - from <= PART_SAMPLES) return false
    this.#partsUntil = end
    return true
  }
}
