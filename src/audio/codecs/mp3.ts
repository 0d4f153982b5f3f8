import { MPEGDecoder } from 'mpg123-decoder'
import { InputError } from '../../core/errors.js'
import type { MpegHeader } from '../decode/mpeg-header.js'
import { type Codec, type Decoded, interleaved } from './codec.js'
import { Mp3Frames } from './mp3-frames.js'
import { promisedSamples } from './mp3-length.js'
import { quietly } from './quietly.js'

/** Frames of one form that follow each other. */
interface Run {
  readonly header: MpegHeader
  readonly frames: Uint8Array[]
}

/**
 * Decodes MPEG audio, layers I to III. The library gets only what is surely a frame; delay and padding of the encoder are
 * taken off by it.
 */
export class Mp3Codec implements Codec {
  #decoder = new MPEGDecoder({ enableGapless: true })
  readonly #frames = new Mp3Frames()
  readonly #name: string
  /** Samples that the header promises; null: none is there. */
  #promised: number | null = null
  /** Samples that came, or are told as lost. */
  #samples = 0
  /** Bytes and samples of all frames: what damage has cost is estimated by them. */
  #frameBytes = 0
  #frameSamples = 0
  #isDamaged = false
  #header: MpegHeader | null = null

  /** @param name for messages */
  constructor(name: string) {
    this.#name = name
  }

  async *decode(bytes: Uint8Array): AsyncGenerator<Decoded> {
    await this.#decoder.ready
    yield* this.#decoded(this.#frames.push(bytes), false)
  }

  async *flush(): AsyncGenerator<Decoded> {
    await this.#decoder.ready
    yield* this.#decoded(this.#frames.flush(), true)
    if (this.#header === null) {
      throw new InputError(`${this.#name} has no audio: no frame of an MP3 is whole in it`, {
        hint: 'check that the file is what its name says',
      })
    }
    const missing = (this.#promised ?? 0) - this.#samples
    // What damage has cost is known to a frame or two only.
    const negligible = this.#isDamaged ? 4 * this.#header.samples : 0
    if (missing > negligible) yield { lostSec: missing / this.#header.sampleRate, isInside: false }
  }

  close(): void {
    this.#decoder.free()
  }

  async *#decoded(pieces: ReturnType<Mp3Frames['push']>, isEnd: boolean): AsyncGenerator<Decoded> {
    let run: Run | null = null
    for (const { header, bytes } of pieces) {
      if (run !== null && (header === null || !isSameForm(header, run.header))) {
        yield* this.#decodeRun(run)
        run = null
      }
      if (header === null) yield* this.#lost(bytes, isEnd)
      else {
        if (this.#header === null) this.#promised = promisedSamples(bytes, header)
        this.#header = header
        run ??= { header, frames: [] }
        run.frames.push(bytes)
      }
    }
    if (run !== null) yield* this.#decodeRun(run)
  }

  async *#decodeRun({ header, frames }: Run): AsyncGenerator<Decoded> {
    const bytes = Uint8Array.from(Buffer.concat(frames))
    this.#frameBytes += bytes.length
    this.#frameSamples += frames.length * header.samples
    const decoded = await this.#decodeBytes(bytes)
    if (decoded !== null && decoded.samplesDecoded > 0) {
      const { channelData, samplesDecoded, sampleRate } = decoded
      this.#samples += samplesDecoded
      const channels = header.channels === 1 ? channelData.slice(0, 1) : channelData
      yield { samples: interleaved(channels), channels: channels.length, sampleRate }
    }
    if (decoded !== null && decoded.errors.length === 0) return
    this.#isDamaged = true
    const missing = frames.length * header.samples - (decoded?.samplesDecoded ?? 0)
    if (missing >= header.samples) yield this.#gap(missing, header)
  }

  /** Null: the library has given up, and starts anew with the next frame. */
  async #decodeBytes(bytes: Uint8Array): Promise<ReturnType<MPEGDecoder['decode']> | null> {
    try {
      return quietly(() => this.#decoder.decode(bytes))
    } catch {
      this.#decoder = new MPEGDecoder({ enableGapless: true })
      await this.#decoder.ready
      return null
    }
  }

  /** Bytes that are no frame: what they might have been. */
  *#lost(bytes: Uint8Array, isEnd: boolean): Generator<Decoded> {
    // Before the first frame something else may stand, and after the last one padding; a frame that is cut off begins as one.
    if (this.#header === null || (isEnd && bytes[0] !== 0xff)) return
    this.#isDamaged = true
    const frames = Math.round((bytes.length / this.#frameBytes) * (this.#frameSamples / this.#header.samples))
    const samples = Math.max(1, frames) * this.#header.samples
    if (!isEnd) yield this.#gap(samples, this.#header)
    else if (this.#promised === null) yield { lostSec: 0, isInside: false }
  }

  #gap(samples: number, { sampleRate }: MpegHeader): Decoded {
    this.#samples += samples
    return { lostSec: samples / sampleRate, isInside: true }
  }
}

function isSameForm(one: MpegHeader, other: MpegHeader): boolean {
  return one.sampleRate === other.sampleRate && one.channels === other.channels
}
