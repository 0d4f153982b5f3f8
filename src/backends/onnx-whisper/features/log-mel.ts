import { SAMPLE_RATE } from '../../../core/sample-rate.js'
import { MixedRadixFft } from './fft.js'
import { type MelFilter, melFilters } from './mel-filters.js'

/** Log-mel features of a window. */
export interface WindowFeatures {
  /** Frames of the window, 10 ms each; an even number. */
  readonly frames: number
  /** The features of frames `from` to before `to`: `[mels, to - from]`. */
  columns(from: number, to: number): Float32Array
}

/** Samples from one frame to the next: 10 ms. */
export const HOP_SAMPLES = 160
const WINDOW_SAMPLES = 400
const HALF_WINDOW = WINDOW_SAMPLES / 2
const SPECTRUM_BINS = HALF_WINDOW + 1
/** Frames at the start whose windows reach before the first sample. */
const EDGE_FRAMES = Math.ceil(HALF_WINDOW / HOP_SAMPLES)
const POWER_FLOOR = 1e-10
/** Whisper keeps the eight decades below the loudest value of its window. */
const DYNAMIC_RANGE = 8

/**
 * Whisper's log-mel spectrogram, which keeps the frames of audio that it has seen before: an update of a growing
 * buffer costs only its new frames. One instance a stream.
 *
 * Source: Radford et al. 2022, section 2.2; openai-whisper `log_mel_spectrogram` (centered windows, reflected edge).
 */
export class LogMel {
  readonly bands: number
  readonly #filters: readonly MelFilter[]
  readonly #fft = new MixedRadixFft(WINDOW_SAMPLES)
  readonly #hann = Float64Array.from(
    { length: WINDOW_SAMPLES },
    (_, i) => 0.5 - 0.5 * Math.cos((2 * Math.PI * i) / WINDOW_SAMPLES),
  )
  readonly #power = [new Float64Array(SPECTRUM_BINS), new Float64Array(SPECTRUM_BINS)] as const
  /** Logarithms of the last window, `[frame][band]`; they hold from frame `EDGE_FRAMES` on. */
  #kept: Float32Array = new Float32Array(0)
  /** Position in the stream of the first frame that holds. */
  #keptFromSamples = 0
  #keptCount = 0

  /** @param bands mel bands: 80, or 128 for large-v3 */
  constructor(bands: number) {
    this.bands = bands
    this.#filters = melFilters(bands, WINDOW_SAMPLES, SAMPLE_RATE)
  }

  /**
   * The normalized spectrogram of `audio`, followed by silence up to `frames` frames.
   *
   * @param audio mono, 16 kHz; what is after `frames` frames is not used
   * @param frames number of frames in the result
   * @param positionSamples position of `audio[0]` in the stream; without it nothing is kept for the next call
   */
  window(audio: Float32Array, frames: number, positionSamples?: number): LogMelWindow {
    const audioFrames = Math.min(frames, Math.ceil((audio.length + HALF_WINDOW) / HOP_SAMPLES))
    const logs = new Float32Array(audioFrames * this.bands)
    const [from, to] = this.#recall(logs, audioFrames, positionSamples)
    this.#frames(audio, logs, 0, from)
    this.#frames(audio, logs, to, audioFrames)
    const whole = Math.max(0, Math.floor((audio.length - HALF_WINDOW) / HOP_SAMPLES) + 1)
    this.#remember(logs, Math.min(whole, audioFrames), positionSamples)
    return new LogMelWindow(logs, this.bands, frames)
  }

  /** Forgets the frames of earlier calls: the audio is another. */
  forget(): void {
    this.#keptCount = 0
  }

  /** Copies what is known to `logs`. Gives the range of frames that need no computing. */
  #recall(logs: Float32Array, audioFrames: number, positionSamples: number | undefined): readonly [number, number] {
    if (positionSamples === undefined) return [0, 0]
    const keptFrom = (this.#keptFromSamples - positionSamples) / HOP_SAMPLES
    const from = Math.max(EDGE_FRAMES, keptFrom)
    const to = Math.min(audioFrames, keptFrom + this.#keptCount)
    // Frames that lie between those of this window are no use.
    if (!Number.isInteger(keptFrom) || to <= from) return [0, 0]
    const skip = (from - keptFrom + EDGE_FRAMES) * this.bands
    logs.set(this.#kept.subarray(skip, skip + (to - from) * this.bands), from * this.bands)
    return [from, to]
  }

  #remember(logs: Float32Array, whole: number, positionSamples: number | undefined): void {
    this.#keptCount = positionSamples === undefined ? 0 : Math.max(0, whole - EDGE_FRAMES)
    if (positionSamples === undefined || this.#keptCount === 0) return
    this.#keptFromSamples = positionSamples + EDGE_FRAMES * HOP_SAMPLES
    this.#kept = logs
  }

  /** Computes frames `from` to `to`; two real frames go through one complex transform. */
  #frames(audio: Float32Array, logs: Float32Array, from: number, to: number): void {
    for (let frame = from; frame < to; frame += 2) {
      const pair = frame + 1 < to
      this.#load(audio, frame, this.#fft.re)
      if (pair) this.#load(audio, frame + 1, this.#fft.im)
      else this.#fft.im.fill(0)
      this.#fft.transform()
      this.#separate()
      this.#filter(this.#power[0], logs, frame)
      if (pair) this.#filter(this.#power[1], logs, frame + 1)
    }
  }

  #load(audio: Float32Array, frame: number, into: Float64Array): void {
    const begin = frame * HOP_SAMPLES - HALF_WINDOW
    for (let i = 0; i < WINDOW_SAMPLES; i++) {
      const sample = audio[Math.abs(begin + i)] ?? 0
      into[i] = sample * this.#hann[i]!
    }
  }

  /** Powers of the two real signals that went in as real and imaginary part. */
  #separate(): void {
    const { re, im } = this.#fft
    const [first, second] = this.#power
    for (let k = 0; k < SPECTRUM_BINS; k++) {
      const mirror = k === 0 ? 0 : WINDOW_SAMPLES - k
      const evenRe = (re[k]! + re[mirror]!) / 2
      const oddIm = (im[k]! - im[mirror]!) / 2
      const evenIm = (im[k]! + im[mirror]!) / 2
      const oddRe = (re[mirror]! - re[k]!) / 2
      first[k] = evenRe * evenRe + oddIm * oddIm
      second[k] = evenIm * evenIm + oddRe * oddRe
    }
  }

  #filter(power: Float64Array, logs: Float32Array, frame: number): void {
    for (let band = 0; band < this.bands; band++) {
      const { firstBin, weights } = this.#filters[band]!
      let sum = 0
      for (let i = 0; i < weights.length; i++) sum += weights[i]! * power[firstBin + i]!
      logs[frame * this.bands + band] = Math.log10(Math.max(sum, POWER_FLOOR))
    }
  }
}

/** The log-mel spectrogram of one window. */
export class LogMelWindow implements WindowFeatures {
  readonly frames: number
  /** The loudest value, which sets the floor of the others: a decimal logarithm. */
  readonly loudest: number
  readonly #logs: Float32Array
  readonly #bands: number

  /** @param logs `[frame][band]`; after them comes silence */
  constructor(logs: Float32Array, bands: number, frames: number) {
    this.#logs = logs
    this.#bands = bands
    this.frames = frames
    let loudest = logs.length < frames * bands ? Math.log10(POWER_FLOOR) : Number.NEGATIVE_INFINITY
    for (let i = 0; i < logs.length; i++) if (logs[i]! > loudest) loudest = logs[i]!
    this.loudest = loudest
  }

  columns(from: number, to: number): Float32Array {
    const bands = this.#bands
    const floor = this.loudest - DYNAMIC_RANGE
    const silence = (Math.max(Math.log10(POWER_FLOOR), floor) + 4) / 4
    const width = to - from
    const features = new Float32Array(bands * width).fill(silence)
    const audioFrames = Math.min(to, this.#logs.length / bands)
    for (let frame = from, at = from * bands; frame < audioFrames; frame++) {
      for (let band = 0, into = frame - from; band < bands; band++, into += width) {
        features[into] = (Math.max(this.#logs[at++]!, floor) + 4) / 4
      }
    }
    return features
  }
}
