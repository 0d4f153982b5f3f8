import { MixedRadixFft } from './fft.js'
import { type MelFilter, melFilters } from './mel-filters.js'

/** Samples a second that Whisper hears. */
export const SAMPLE_RATE = 16_000
/** Samples from one frame to the next: 10 ms. */
export const HOP_SAMPLES = 160
const WINDOW_SAMPLES = 400
const HALF_WINDOW = WINDOW_SAMPLES / 2
const SPECTRUM_BINS = HALF_WINDOW + 1
/** Frames at the begin whose windows reach behind the first sample. */
const EDGE_FRAMES = Math.ceil(HALF_WINDOW / HOP_SAMPLES)
const POWER_FLOOR = 1e-10
/** Whisper keeps the eight decades below the loudest value of its window. */
const DYNAMIC_RANGE = 8

/**
 * Whisper's log-mel spectrogram, which keeps the frames of audio that it has seen before: an update of a growing
 * buffer costs only its new frames. One instance a stream.
 *
 * Source: Radford et al. 2022, section 2.2; openai-whisper `log_mel_spectrogram` (centred windows, reflected edge).
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
  /** Logarithms by frame, `[frame][band]`; the first is frame `#keptFrom` of the stream. */
  #kept = new Float32Array(0)
  #keptFrom = 0
  #keptCount = 0
  #loudest = Math.log10(POWER_FLOOR)

  /** @param bands mel bands: 80, or 128 for large-v3 */
  constructor(bands: number) {
    this.bands = bands
    this.#filters = melFilters(bands, WINDOW_SAMPLES, SAMPLE_RATE)
  }

  /** The loudest value of the last window, which sets the floor of its others: a decimal logarithm. */
  get loudest(): number {
    return this.#loudest
  }

  /**
   * The normalised spectrogram of `audio`, followed by silence up to `frames` frames.
   *
   * @param audio mono, 16 kHz; what is behind `frames` frames is not heard
   * @param frames number of frames in the result
   * @param positionSamples position of `audio[0]` in the stream; without it nothing is kept for the next call
   * @returns `[bands, frames]`, row by row
   */
  compute(audio: Float32Array, frames: number, positionSamples?: number): Float32Array {
    const heard = Math.min(frames, Math.ceil((audio.length + HALF_WINDOW) / HOP_SAMPLES))
    const logs = new Float32Array(heard * this.bands)
    const [from, to] = this.#recall(logs, heard, positionSamples)
    this.#frames(audio, logs, 0, from)
    this.#frames(audio, logs, to, heard)
    const whole = Math.max(0, Math.floor((audio.length - HALF_WINDOW) / HOP_SAMPLES) + 1)
    this.#remember(logs, Math.min(whole, heard), positionSamples)
    return this.#normalised(logs, heard, frames)
  }

  /** Forgets the frames of earlier calls: the audio is another. */
  forget(): void {
    this.#keptCount = 0
  }

  /** Copies what is known to `logs`. Gives the range of frames that need no computing. */
  #recall(logs: Float32Array, heard: number, positionSamples: number | undefined): readonly [number, number] {
    if (positionSamples === undefined || positionSamples % HOP_SAMPLES !== 0) return [0, 0]
    const first = positionSamples / HOP_SAMPLES
    const from = Math.max(EDGE_FRAMES, this.#keptFrom - first)
    const to = Math.min(heard, this.#keptFrom + this.#keptCount - first)
    if (to <= from) return [0, 0]
    const skip = (first + from - this.#keptFrom) * this.bands
    logs.set(this.#kept.subarray(skip, skip + (to - from) * this.bands), from * this.bands)
    return [from, to]
  }

  #remember(logs: Float32Array, whole: number, positionSamples: number | undefined): void {
    if (positionSamples === undefined || positionSamples % HOP_SAMPLES !== 0 || whole <= EDGE_FRAMES) {
      this.#keptCount = 0
      return
    }
    this.#keptFrom = positionSamples / HOP_SAMPLES + EDGE_FRAMES
    this.#keptCount = whole - EDGE_FRAMES
    this.#kept = logs.slice(EDGE_FRAMES * this.bands, whole * this.bands)
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

  #normalised(logs: Float32Array, heard: number, frames: number): Float32Array {
    const { bands } = this
    let loudest = heard < frames ? Math.log10(POWER_FLOOR) : Number.NEGATIVE_INFINITY
    for (let i = 0; i < logs.length; i++) if (logs[i]! > loudest) loudest = logs[i]!
    this.#loudest = loudest
    const floor = loudest - DYNAMIC_RANGE
    const silence = (Math.max(Math.log10(POWER_FLOOR), floor) + 4) / 4
    const features = new Float32Array(bands * frames)
    for (let band = 0; band < bands; band++) {
      let to = band * frames
      for (let from = band; from < logs.length; from += bands) {
        features[to++] = (Math.max(logs[from]!, floor) + 4) / 4
      }
      features.fill(silence, to, (band + 1) * frames)
    }
    return features
  }
}
