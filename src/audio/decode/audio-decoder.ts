import { type LooksLike, MisreadSamples } from './misread-samples.js'
import { decodeSamples, type PcmFormat } from './pcm.js'
import { SampleRange, type SampleRangeTold } from './sample-range.js'
import { type ChannelHearing, type HearingOptions, hearing } from './to-channels.js'

/** How uncompressed audio is decoded. */
export interface AudioDecoderOptions extends HearingOptions {
  /** Is told of floats that are not samples in [-1, 1]. */
  readonly range: SampleRangeTold
  /** Called, once at most, when the samples look like something else than what they are read as. */
  readonly onMisread: (looks: LooksLike) => void
}

/**
 * Turns bytes of one format into mono at 16 kHz. All samples are in [-1, 1]: what goes beyond is clipped, as a converter
 * does it; only floats and the waves between full-scale samples of another rate can.
 */
export class AudioDecoder {
  readonly #format: PcmFormat
  readonly #misread: MisreadSamples
  readonly #onMisread: (looks: LooksLike) => void
  readonly #range: SampleRange | null
  readonly #mono: ChannelHearing

  /** @throws InputError as `hearing` */
  constructor(format: PcmFormat, { range, onMisread, ...heard }: AudioDecoderOptions) {
    const isFloat = format.encoding === 'f32' || format.encoding === 'f64'
    this.#format = format
    this.#misread = new MisreadSamples(format)
    this.#onMisread = onMisread
    this.#range = isFloat ? new SampleRange(range) : null
    this.#mono = hearing(format, heard)
  }

  /** @param bytes whole frames */
  push(bytes: Uint8Array): Float32Array {
    const samples = decodeSamples(bytes, this.#format)
    this.#tell(this.#misread.take(bytes, samples))
    return this.#mono.push(this.#range ? this.#range.push(samples) : samples)
  }

  /** What is left at the end. */
  flush(): readonly Float32Array[] {
    this.#tell(this.#misread.finish())
    const ranged = this.#range ? [this.#mono.push(this.#range.flush())] : []
    return [...ranged, ...this.#mono.flush()].filter(({ length }) => length > 0)
  }

  #tell(looks: LooksLike | null): void {
    if (looks !== null) this.#onMisread(looks)
  }
}
