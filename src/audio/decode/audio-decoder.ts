import { SAMPLE_RATE } from '../../core/sample-rate.js'
import { MixDown } from './mix-down.js'
import { decodeSamples, type PcmFormat } from './pcm.js'
import { Resampler } from './resample.js'
import { SampleRange } from './sample-range.js'

/**
 * Turns bytes of one format into mono at 16 kHz. All samples are in [-1, 1]: what goes beyond is clipped, as a converter
 * does it; only floats and the waves between full-scale samples of another rate can.
 */
export class AudioDecoder {
  readonly #format: PcmFormat
  readonly #range: SampleRange | null
  readonly #mixer: MixDown
  readonly #resampler: Resampler | null

  /** @param onLargeFloats called when floats turn out to be integers with another full scale than 1 */
  constructor(format: PcmFormat, onLargeFloats: (fullScale: number) => void) {
    const isFloat = format.encoding === 'f32' || format.encoding === 'f64'
    this.#format = format
    this.#range = isFloat ? new SampleRange(onLargeFloats) : null
    this.#mixer = new MixDown(format.channels, format.sampleRate)
    this.#resampler = format.sampleRate === SAMPLE_RATE ? null : new Resampler(format.sampleRate, SAMPLE_RATE)
  }

  /** @param bytes whole frames */
  push(bytes: Uint8Array): Float32Array {
    const samples = decodeSamples(bytes, this.#format)
    return this.#resampled(this.#mixer.push(this.#range ? this.#range.push(samples) : samples))
  }

  /** What is left at the end. */
  flush(): readonly Float32Array[] {
    const ranged = this.#range ? [this.#mixer.push(this.#range.flush())] : []
    const mono = [...ranged, this.#mixer.flush()].map((audio) => this.#resampled(audio))
    const rest = this.#resampler ? [clipped(this.#resampler.flush())] : []
    return [...mono, ...rest].filter(({ length }) => length > 0)
  }

  #resampled(mono: Float32Array): Float32Array {
    return this.#resampler ? clipped(this.#resampler.push(mono)) : mono
  }
}

function clipped(audio: Float32Array): Float32Array {
  for (let i = 0; i < audio.length; i++) {
    if (audio[i]! > 1) audio[i] = 1
    else if (audio[i]! < -1) audio[i] = -1
  }
  return audio
}
