import { SAMPLE_RATE } from '../core/sample-rate.js'

/** Audio of which the front is cut off from time to time. All cuts go through `dropBefore`. */
export interface AudioBuffer {
  /** Start of the buffer in seconds of the stream. */
  readonly offsetSec: number
  /** End of the buffer in seconds of the stream. */
  readonly endSec: number
  /** Start of the buffer in samples of the stream; undefined when it is not a whole number. */
  readonly positionSamples: number | undefined
  /** Number of samples in the buffer. */
  readonly length: number
  /** @param isKept whether nobody changes it any more, so that it need not be copied */
  append(audio: Float32Array, isKept?: boolean): void
  /** A view of the audio; later changes of the buffer do not reach it. */
  samples(): Float32Array
  /** Cuts off what lies before a time in seconds of the stream. */
  dropBefore(time: number): void
  /** Moves the start to the end: the stream is over. */
  end(): void
}

/** Room for new audio, in seconds and beside as much as is kept, when the storage is made again. */
const SPARE_SEC = 2

/**
 * Audio in one piece of memory that grows at the end and shrinks at the front: appending costs the appended samples,
 * not the buffer. Cuts are clamped to what is there.
 */
export class GrowingAudioBuffer implements AudioBuffer {
  #storage: Float32Array = new Float32Array(0)
  #begin = 0
  #end = 0
  #position: number

  /** @param offsetSec time of the first sample; taken to the nearest whole sample */
  constructor(offsetSec = 0) {
    this.#position = Math.round(offsetSec * SAMPLE_RATE)
  }

  get offsetSec(): number {
    return this.#position / SAMPLE_RATE
  }

  get endSec(): number {
    return this.offsetSec + this.length / SAMPLE_RATE
  }

  get positionSamples(): number {
    return this.#position
  }

  get length(): number {
    return this.#end - this.#begin
  }

  append(audio: Float32Array, isKept = false): void {
    if (isKept && this.length === 0) {
      this.#storage = audio
      this.#begin = 0
      this.#end = audio.length
      return
    }
    if (this.#end + audio.length > this.#storage.length) this.#moveToLargerStorage(audio.length)
    this.#storage.set(audio, this.#end)
    this.#end += audio.length
  }

  samples(): Float32Array {
    return this.#storage.subarray(this.#begin, this.#end)
  }

  /** To whole samples upwards: a word that ends where the cut is made ends before the buffer, not in it. */
  dropBefore(time: number): void {
    const wanted = Math.ceil(time * SAMPLE_RATE) - this.#position
    const dropped = Math.min(Math.max(wanted, 0), this.length)
    this.#begin += dropped
    this.#position += dropped
  }

  end(): void {
    this.#position += this.length
    this.#begin = this.#end
  }

  /** Takes samples out at the start, as many as there are of the number that is wanted. */
  take(count: number): Float32Array {
    const taken = this.samples().subarray(0, Math.max(0, count))
    this.#begin += taken.length
    this.#position += taken.length
    return taken
  }

  /** Always new memory, so that views that were given away stay as they were. */
  #moveToLargerStorage(more: number): void {
    const kept = this.samples()
    this.#storage = new Float32Array((kept.length + more) * 2 + SPARE_SEC * SAMPLE_RATE)
    this.#storage.set(kept)
    this.#begin = 0
    this.#end = kept.length
  }
}

/**
 * The audio buffer as the reference has it: the offset is the time of the cut, sample or not, and a cut before the start
 * of the buffer keeps its last samples and moves the offset back, as a negative slice does in Python.
 *
 * Ref: whisper_online.py OnlineASRProcessor.chunk_at.
 */
export class ReferenceAudioBuffer implements AudioBuffer {
  readonly positionSamples = undefined
  #offsetSec: number
  #samples = new Float32Array(0)

  constructor(offsetSec = 0) {
    this.#offsetSec = offsetSec
  }

  get offsetSec(): number {
    return this.#offsetSec
  }

  get endSec(): number {
    return this.#offsetSec + this.#samples.length / SAMPLE_RATE
  }

  get length(): number {
    return this.#samples.length
  }

  append(audio: Float32Array): void {
    const joined = new Float32Array(this.#samples.length + audio.length)
    joined.set(this.#samples)
    joined.set(audio, this.#samples.length)
    this.#samples = joined
  }

  samples(): Float32Array {
    return this.#samples
  }

  dropBefore(time: number): void {
    this.#samples = this.#samples.slice(Math.trunc((time - this.#offsetSec) * SAMPLE_RATE))
    this.#offsetSec = time
  }

  /** The offset moves, the audio stays. Ref: whisper_online.py OnlineASRProcessor.finish. */
  end(): void {
    this.#offsetSec = this.endSec
  }
}
