import { FLACDecoder } from '@wasm-audio-decoders/flac'
import { InputError } from '../../core/errors.js'
import { appended, type Codec, type Decoded, interleaved } from './codec.js'
import { type FlacFrame, FlacFrames } from './flac-frames.js'
import { type FlacInfo, INFO_BYTES, readFlacInfo } from './flac-header.js'
import { quietly } from './quietly.js'

/** Where nothing says how long a recording is, positions further ahead than this are damage. */
const MAX_GAP_SEC = 3600
const MAGIC_BYTES = 4
const BLOCK_HEAD_BYTES = 4

/**
 * Decodes FLAC. The library alone loses everything after damage without a word; so frames are found and checked here, and
 * their numbers say what is missing.
 */
export class FlacCodec implements Codec {
  readonly #decoder = new FLACDecoder()
  readonly #name: string
  #head: Uint8Array = new Uint8Array(0)
  /** Bytes that are left out before the next block of metadata, or the first frame. */
  #skipBytes = MAGIC_BYTES
  #isLastBlock = false
  #info: FlacInfo | null = null
  #frames: FlacFrames | null = null
  /** Samples up to here have come, or are told as lost. */
  #position = 0
  /** What is added to the positions of frames, where they do not go on from those before. */
  #offset = 0

  readonly #startAtSec: number

  /**
   * @param name for messages
   * @param startAtSec second from which it is heard: frames before it are checked, and not decoded
   */
  constructor(name: string, startAtSec = 0) {
    this.#name = name
    this.#startAtSec = startAtSec
  }

  async *decode(bytes: Uint8Array): AsyncGenerator<Decoded> {
    await this.#decoder.ready
    const rest = this.#frames === null ? this.#readMetadata(bytes) : bytes
    if (this.#frames === null || this.#info === null) return
    for (const frame of this.#frames.push(rest)) yield* this.#decoded(frame, this.#info)
  }

  async *flush(): AsyncGenerator<Decoded> {
    if (this.#info === null || this.#frames === null) {
      throw new InputError(`${this.#name} is cut off: it ends within the header of a FLAC`)
    }
    const { totalSamples, sampleRate } = this.#info
    for (const frame of this.#frames.flush()) yield* this.#decoded(frame, this.#info)
    const missing = totalSamples - this.#position
    if (missing > 0) yield { lostSec: missing / sampleRate, isInside: false }
  }

  close(): void {
    void this.#decoder.ready.then(() => this.#decoder.free())
  }

  /** @returns what comes after the metadata, if that is over */
  #readMetadata(bytes: Uint8Array): Uint8Array {
    let rest = appended(this.#head, bytes)
    for (;;) {
      const skipped = Math.min(this.#skipBytes, rest.length)
      this.#skipBytes -= skipped
      rest = rest.subarray(skipped)
      const [first] = rest
      // A frame begins with this byte, which no block of metadata does.
      if (this.#skipBytes === 0 && this.#info !== null && (this.#isLastBlock || first === 0xff)) {
        this.#frames = new FlacFrames(this.#info)
        return rest
      }
      const isInfo = first !== undefined && (first & 0x7f) === 0
      if (this.#skipBytes > 0 || rest.length < BLOCK_HEAD_BYTES + (isInfo ? INFO_BYTES : 0)) {
        this.#head = rest
        return rest
      }
      if (isInfo) this.#info = this.#checkedInfo(rest.subarray(BLOCK_HEAD_BYTES))
      this.#isLastBlock = first! >= 0x80
      this.#skipBytes = BLOCK_HEAD_BYTES + ((rest[1]! << 16) | (rest[2]! << 8) | rest[3]!)
    }
  }

  #checkedInfo(bytes: Uint8Array): FlacInfo {
    const info = readFlacInfo(bytes)
    if (info.sampleRate >= 1000 && info.sampleRate <= 384_000 && info.maxBlockSize >= 16) return info
    throw new InputError(`${this.#name}: the header of the FLAC is damaged`, { hint: 'get the file once more' })
  }

  async *#decoded(frame: FlacFrame, info: FlacInfo): AsyncGenerator<Decoded> {
    const gap = frame.position + this.#offset - this.#position
    const most = info.totalSamples > 0 ? info.totalSamples - this.#position : MAX_GAP_SEC * info.sampleRate
    const isJoined = this.#position === 0 && info.totalSamples === 0
    if (gap < 0 || gap > most || isJoined) this.#offset -= gap
    else if (gap > 0) yield this.#lost(gap, info)
    // A frame does not depend on those before it.
    if (this.#position + frame.blockSize <= this.#startAtSec * info.sampleRate) {
      this.#position += frame.blockSize
      yield { skippedFrames: frame.blockSize, channels: info.channels, sampleRate: info.sampleRate }
      return
    }
    const decoding = quietly(() => this.#decoder.decodeFrames([frame.bytes]))
    const { channelData, samplesDecoded } = await decoding
    if (samplesDecoded > 0) {
      this.#position += samplesDecoded
      yield { samples: interleaved(channelData), channels: channelData.length, sampleRate: info.sampleRate }
    }
    if (samplesDecoded < frame.blockSize) yield this.#lost(frame.blockSize - samplesDecoded, info)
  }

  #lost(samples: number, { sampleRate }: FlacInfo): Decoded {
    this.#position += samples
    return { lostSec: samples / sampleRate, isInside: true }
  }
}
