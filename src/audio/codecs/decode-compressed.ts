import { InputError, messageOf } from '../../core/errors.js'
import type { ByteReader } from '../decode/byte-reader.js'
import type { DecodeOptions } from '../decode/decode-stream.js'
import type { CodecName } from '../decode/sniff-format.js'
import { type ChannelHearing, hearing } from '../decode/to-channels.js'
import type { SampleForm } from '../decode/to-mono.js'
import { type Codec, type Decoded, isLost, isSkipped, type PcmBlock } from './codec.js'
import { LossAccount } from './loss-account.js'
import { openCodec } from './open-codec.js'

/** Bytes that are decoded at once: little enough that others get their turn. */
const PIECE_BYTES = 16 * 1024

/**
 * Decodes compressed audio to mono at 16 kHz, as it comes. In place of a stretch that is lost there is as much silence, so
 * that the times of what follows are right.
 *
 * @throws InputError when nothing can be decoded, or nothing is left after `startAtSec`
 */
export async function* decodeCompressed(
  reader: ByteReader,
  codec: CodecName,
  options: DecodeOptions,
): AsyncGenerator<Float32Array> {
  const opened = await openCodec(codec, options.name, options.startAtSec)
  const losses = new LossAccount(options)
  const heard = new HeardAudio(options)
  try {
    for await (const decoded of allOf(reader, opened, options)) {
      if (isLost(decoded)) losses.add(decoded, heard.positionSec)
      yield* heard.take(decoded)
    }
    yield* heard.flush()
    losses.close(heard.positionSec)
  } finally {
    opened.close()
  }
}

/** Everything that a codec makes of a stream of bytes. */
async function* allOf(
  reader: ByteReader,
  codec: Codec,
  { name, signal }: DecodeOptions,
): AsyncGenerator<Decoded, void, undefined> {
  try {
    for (;;) {
      const bytes = await reader.some(PIECE_BYTES)
      if (bytes.length === 0) break
      yield* codec.decode(bytes)
    }
    // What is missing when the listener stops is nobody's fault.
    for await (const decoded of codec.flush()) if (!signal?.aborted || !isLost(decoded)) yield decoded
  } catch (cause) {
    // What WebAssembly throws has no type in Node.
    if (cause instanceof Error && (cause.name === 'RuntimeError' || cause instanceof RangeError)) {
      throw new InputError(`${name} is damaged, and the decoder has given up: ${messageOf(cause)}`, { cause })
    }
    throw cause
  }
}

/** What is heard of what was decoded: mono, at 16 kHz, from a second on. */
class HeardAudio {
  readonly #options: DecodeOptions
  /** Second of the recording up to which audio was taken, and those of the form before. */
  #frames = 0
  #beforeSec = 0
  /** What is left out of the rest: whole samples of the form under way, and seconds of what follows in another. */
  #skipFrames = 0
  #skipSec: number
  #isHeard = false
  #form: SampleForm | null = null
  #mono: ChannelHearing | null = null

  constructor(options: DecodeOptions) {
    this.#options = options
    this.#skipSec = options.startAtSec
  }

  get positionSec(): number {
    return this.#beforeSec + (this.#form === null ? 0 : this.#frames / this.#form.sampleRate)
  }

  *take(decoded: Decoded): Generator<Float32Array> {
    if (isSkipped(decoded)) {
      yield* this.#startForm(decoded)
      this.#leaveOut(decoded.skippedFrames)
      return
    }
    if (!isLost(decoded)) return yield* this.#takeBlock(decoded)
    if (!decoded.isInside) return
    const { sampleRate, channels } = this.#form ?? { sampleRate: 16_000, channels: 1 }
    // A second at a time: a hole may be long.
    for (let left = Math.round(decoded.lostSec * sampleRate); left > 0; ) {
      const frames = Math.min(left, sampleRate)
      left -= frames
      yield* this.#takeBlock({ samples: new Float32Array(frames * channels), channels, sampleRate })
    }
  }

  /** @throws InputError when everything was left out */
  *flush(): Generator<Float32Array> {
    yield* this.#mono?.flush() ?? []
    const { name, startAtSec, signal } = this.#options
    if (startAtSec <= 0 || this.#isHeard || signal?.aborted) return
    const length = this.positionSec.toFixed(2)
    throw new InputError(`${name} has ${length} s of audio: nothing is left after ${startAtSec} s`, {
      hint: 'give a smaller --start-at',
    })
  }

  *#takeBlock({ samples, ...form }: PcmBlock): Generator<Float32Array> {
    const mono = yield* this.#startForm(form)
    const skipped = this.#leaveOut(samples.length / form.channels)
    const audio = mono.push(samples.subarray(skipped * form.channels))
    if (audio.length > 0) yield audio
  }

  /** Counts so many samples. @returns how many of them are not heard */
  #leaveOut(count: number): number {
    const skipped = Math.min(count, this.#skipFrames)
    this.#frames += count
    this.#skipFrames -= skipped
    this.#isHeard ||= skipped < count
    return skipped
  }

  *#startForm({ channels, sampleRate }: SampleForm): Generator<Float32Array, ChannelHearing> {
    const before = this.#form
    if (this.#mono !== null && before?.channels === channels && before.sampleRate === sampleRate) return this.#mono
    yield* this.#mono?.flush() ?? []
    if (before !== null) this.#skipSec = this.#skipFrames / before.sampleRate
    this.#beforeSec = this.positionSec
    this.#frames = 0
    this.#form = { channels, sampleRate }
    this.#skipFrames = Math.trunc(this.#skipSec * sampleRate + 1e-6)
    this.#mono = hearing(this.#form, this.#options)
    return this.#mono
  }
}
