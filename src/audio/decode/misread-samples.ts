import { decodeSamples, frameBytes, type PcmFormat, type SampleEncoding } from './pcm.js'

/** Sound that is looked at, in bytes; less where no more comes. */
const LOOKED_BYTES = 96_000
const MIN_LOOKED_BYTES = 48_000
/** Of less, one reading has to be so much better than another: times the leads below. */
const SHORT_LEAD = 2
/** Quieter stretches (mean square, full scale is 1) show nothing. */
const MIN_POWER = 1e-6
/** One sample of speech or music says so much of the next one where it is read as it was written, */
const MIN_LIKENESS = 0.7
/** and so much less where it is not. */
const MIN_LEAD = 0.3
/** The same for samples of one byte: two that are read as one larger sample are more alike, the bytes of one are not. */
const LEAD_OF_BYTES = 0.1
/** Two bytes that are read as one sample are loud, however quiet the sound is. */
const MIN_POWER_OF_BYTES = 0.01
/** Two channels with one sound: the samples of a pair are so much nearer to each other than to those of the next pair. */
const PAIR_RATIO = 8
/** Less than this is a tone or clicks of the highest pitch there is: what is misread is noise. */
const HIGH_PITCH = -0.3
/** Floats of recordings are zero or between these, */
const [LEAST_FLOAT, LARGEST_FLOAT] = [1e-20, 2 ** 32]
/** but for what fades out, or one that went wrong: so many at most. */
const MAX_ODD_FLOATS = 0.05
/** The steps from one sample to the next are so much smaller than to the next but one, if those of two channels are of one sound. */
const STEP_RATIO = 0.6
/** They are as large within a pair as between pairs. */
const MAX_STEP_DIFFERENCE = 1.1
/** Samples of all forms begin at multiples of so many bytes. */
const COMMON_BYTES = 24

/** Of unsigned samples that are read as signed ones so many are far from zero, on both sides of it: */
const [MIN_FAR_SHARE, FAR] = [0.9, 0.5]
/** at least so many on each. */
const MIN_SIDE_SHARE = 0.1

/** Bytes of any value, as compressed ones are, have a third of the highest power there is; noise that loud is clipped. */
const MIN_RANDOM_POWER = 0.25
/** What is clipped nearly always has more. */
const MAX_RANDOM_POWER = 0.42
/** They say less than this of each other, and of the next but one, which sets them apart from a high tone. */
const MAX_RANDOM_LIKENESS = 0.05
/** What few samples say of each other by chance: so many standard deviations. */
const RANDOM_DEVIATIONS = 3
/** So few bytes show that they are no audio, in bytes: it needs no other reading that is better. */
const MIN_RANDOM_BYTES = 3000

const WAYS: readonly (readonly [name: string, encoding: SampleEncoding, littleEndian: boolean])[] = [
  ['s16le', 's16', true],
  ['f32le', 'f32', true],
  ['s32le', 's32', true],
  ['u8', 'u8', true],
  ['mulaw', 'mulaw', true],
  ['alaw', 'alaw', true],
  ['s24le', 's24', true],
  ['s16be', 's16', false],
  ['f32be', 'f32', false],
  ['s32be', 's32', false],
  ['s24be', 's24', false],
  ['s8', 's8', true],
  ['f64le', 'f64', true],
]

/** What samples look like that are read as something else: of another encoding, of another number of channels, or no samples at all. */
export type LooksLike = { readonly encoding: string } | { readonly channels: 1 | 2 } | 'no audio'

/** What ffmpeg calls the samples of a form. */
export function encodingName({ encoding, littleEndian }: Pick<PcmFormat, 'encoding' | 'littleEndian'>): string {
  return WAYS.find((way) => way[1] === encoding && way[2] === littleEndian)?.[0] ?? encoding
}

/** Whether bytes that nobody announces sound like audio of a form. */
export function soundsLikeAudio(bytes: Uint8Array, format: PcmFormat): boolean {
  return likenessOf(decodeWhole(bytes, format), format.channels) >= MIN_LIKENESS
}

/**
 * Notices that samples are written otherwise than they are read: floats as integers, high bytes first, two channels as one,
 * one as two. Sound read as it was written changes little from one sample to the next; read otherwise it is noise. White
 * noise is noise whichever way it is read, and nothing is said of it.
 */
export class MisreadSamples {
  readonly #format: PcmFormat
  /** Null before the first sound, and when all was looked at. */
  #bytes: Uint8Array | null = null
  #length = 0
  #passed = 0

  /** @param format as which the samples are read */
  constructor(format: PcmFormat) {
    this.#format = format
  }

  /**
   * Looks at bytes from the first sound on, until there are enough.
   * @param bytes whole frames
   * @param samples as which they are read
   * @returns what they look like instead, once; null: they are right, or nobody knows
   */
  take(bytes: Uint8Array, samples: Float32Array): LooksLike | null {
    if (this.#length === LOOKED_BYTES) return null
    const begin = this.#passed
    this.#passed += bytes.length
    if (this.#length === 0 && powerOf(samples) < MIN_POWER) return null
    const from = this.#length > 0 ? 0 : (COMMON_BYTES - (begin % COMMON_BYTES)) % COMMON_BYTES
    const taken = bytes.subarray(from, from + LOOKED_BYTES - this.#length)
    this.#bytes ??= new Uint8Array(LOOKED_BYTES)
    this.#bytes.set(taken, this.#length)
    this.#length += taken.length
    return this.#length < LOOKED_BYTES ? null : this.#look()
  }

  /** Looks at what was taken where no more comes, if it is enough; of little only whether it is audio. @returns as `take` */
  finish(): LooksLike | null {
    return this.#length < MIN_RANDOM_BYTES ? null : this.#look()
  }

  #look(): LooksLike | null {
    if (this.#bytes === null) return null
    const looked = this.#bytes.subarray(0, this.#length)
    this.#bytes = null
    return looksLike(looked, this.#format)
  }
}

/** Mean of the squares. */
function powerOf(samples: Float32Array): number {
  let power = 0
  for (const sample of samples) power += sample * sample
  return power / samples.length
}

function looksLike(bytes: Uint8Array, format: PcmFormat): LooksLike | null {
  const { channels } = format
  const own = decodeWhole(bytes, format)
  const likeness = isRecorded(own, MAX_ODD_FLOATS) ? likenessOf(own, channels) : 0
  if (likeness < HIGH_PITCH) return null
  if (bytes.length < MIN_LOOKED_BYTES) return isRandom(own, likeness, channels) ? 'no audio' : null
  const factor = bytes.length < LOOKED_BYTES ? SHORT_LEAD : 1
  if (channels === 1 && isOfTwo(own, likeness, factor * MIN_LEAD)) return { channels: 2 }
  if (channels === 2 && isOfOne(own)) return { channels: 1 }
  if (format.encoding === 's16' && isUnsigned(own, channels))
    return { encoding: format.littleEndian ? 'u16le' : 'u16be' }
  const others = WAYS.map(([name, encoding, littleEndian]) => {
    const samples = decodeWhole(bytes, { encoding, littleEndian, channels, sampleRate: format.sampleRate })
    return { name, encoding, likeness: isRecorded(samples) ? likenessOf(samples, channels) : 0 }
  })
  const best = others.reduce((one, other) => (other.likeness > one.likeness ? other : one))
  const isSure = best.likeness >= MIN_LIKENESS && best.likeness - likeness >= factor * MIN_LEAD
  const isOfBytes = frameBytes({ ...format, encoding: best.encoding }) === channels && frameBytes(format) > channels
  const isOfBytesRather = best.likeness >= MIN_LIKENESS && best.likeness - likeness >= factor * LEAD_OF_BYTES
  if (isOfBytes ? isOfBytesRather && powerOf(own) > MIN_POWER_OF_BYTES : isSure) return { encoding: best.name }
  return isRandom(own, likeness, channels) ? 'no audio' : null
}

/** Whether samples are bytes of any value, in which one says nothing of another. */
function isRandom(samples: Float32Array, likeness: number, channels: number): boolean {
  const most = Math.max(MAX_RANDOM_LIKENESS, RANDOM_DEVIATIONS / Math.sqrt(samples.length))
  const isLike = Math.abs(likeness) >= most || Math.abs(likenessOf(samples, 2 * channels)) >= most
  const power = spreadOf(samples)
  return !isLike && power > MIN_RANDOM_POWER && power < MAX_RANDOM_POWER
}

/**
 * Whether samples are of a size that recordings have: floats that are none are not.
 * @param share of them may be of another
 */
function isRecorded(samples: Float32Array, share = 0): boolean {
  let odd = 0
  for (const sample of samples) {
    const size = Math.abs(sample)
    if (size !== 0 && !(size > LEAST_FLOAT && size < LARGEST_FLOAT)) odd++
  }
  return odd <= share * samples.length
}

/** The whole frames of some bytes. */
function decodeWhole(bytes: Uint8Array, format: PcmFormat): Float32Array {
  return decodeSamples(bytes.subarray(0, bytes.length - (bytes.length % frameBytes(format))), format)
}

/** The power that is left without the mean: a constant has none. */
function spreadOf(samples: Float32Array): number {
  return powerOf(samples) - meanOf(samples) ** 2
}

function meanOf(samples: Float32Array): number {
  return samples.reduce((sum, sample) => sum + sample, 0) / samples.length
}

/** How much a sample says of the next one of its channel: their correlation; of steady noise 0, of speech 0.8 to 1. */
function likenessOf(samples: Float32Array, channels: number): number {
  const mean = meanOf(samples)
  let [power, product] = [0, 0]
  for (let at = channels; at < samples.length; at++) {
    const sample = samples[at]! - mean
    power += sample * sample
    product += sample * (samples[at - channels]! - mean)
  }
  return power === 0 ? 0 : product / power
}

/** Whether samples are those of two channels in turn, with one sound or with two. */
function isOfTwo(samples: Float32Array, likeness: number, lead: number): boolean {
  const [even, odd] = stepsOf(samples)
  if (even > PAIR_RATIO * odd || odd > PAIR_RATIO * even) return true
  const halves = [0, 1].map((first) =>
    likenessOf(
      samples.filter((_, at) => at % 2 === first),
      1,
    ),
  )
  const least = Math.max(MIN_LIKENESS, likeness + lead)
  return halves.every((half) => half >= least)
}

/** Whether the samples of two channels in turn are those of one. */
function isOfOne(samples: Float32Array): boolean {
  const [between, within] = stepsOf(samples)
  const ratio = between / within
  let wide = 0
  for (let at = 2; at < samples.length; at++) wide += (samples[at]! - samples[at - 2]!) ** 2
  return ratio < MAX_STEP_DIFFERENCE && 1 / ratio < MAX_STEP_DIFFERENCE && between + within < STEP_RATIO * wide
}

/** Whether samples are unsigned and were read as signed: silence is full scale, and speech is smooth from there. */
function isUnsigned(samples: Float32Array, channels: number): boolean {
  let [above, below] = [0, 0]
  for (const sample of samples) {
    if (sample > FAR) above++
    else if (sample < -FAR) below++
  }
  const least = MIN_SIDE_SHARE * samples.length
  if (above < least || below < least || above + below < MIN_FAR_SHARE * samples.length) return false
  const signed = samples.map((sample) => (sample < 0 ? sample + 1 : sample - 1))
  return likenessOf(signed, channels) >= MIN_LIKENESS
}

/** Power of the steps from odd samples to even ones, and from even ones to odd ones. */
function stepsOf(samples: Float32Array): readonly [even: number, odd: number] {
  const steps = [0, 0]
  for (let at = 1; at < samples.length; at++) steps[at % 2]! += (samples[at]! - samples[at - 1]!) ** 2
  return [steps[0]!, steps[1]!]
}
