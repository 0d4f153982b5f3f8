import { appended } from './codec.js'
import { CRC16_TABLE } from './crc.js'
import { type FlacFrameHeader, type FlacInfo, MAX_HEADER_BYTES, readFlacFrameHeader } from './flac-header.js'

/** A frame whose checksum is right. */
export interface FlacFrame extends FlacFrameHeader {
  readonly bytes: Uint8Array
}

/** No frame is shorter: header, one subframe, checksum. */
const MIN_FRAME_BYTES = 9
/** Headers within a frame, by chance, after which the frame is taken for damaged: a bound for the work that bytes can make. */
const MAX_CANDIDATES = 64

/**
 * Cuts a FLAC stream into its frames. What is damaged is left out: a frame counts when its checksum is right, and after
 * damage the next header is looked for.
 */
export class FlacFrames {
  readonly #info: FlacInfo
  readonly #maxBytes: number
  #bytes: Uint8Array = new Uint8Array(0)
  /** Where the frame under way begins; null: a header is looked for. */
  #frame: FlacFrameHeader | null = null
  #begin = 0
  #at = 0
  #crc = 0
  /** The first header after that of the frame, where its checksum is wrong all the same. */
  #candidate: { readonly at: number; readonly header: FlacFrameHeader } | null = null
  #candidates = 0

  constructor(info: FlacInfo) {
    this.#info = info
    const plain = info.maxBlockSize * info.channels * Math.ceil((info.bits + 1) / 8)
    this.#maxBytes = Math.max(info.maxFrameBytes, plain) + 256
  }

  /** Frames that are whole by now. */
  *push(bytes: Uint8Array): Generator<FlacFrame> {
    this.#append(bytes)
    yield* this.#scan(this.#bytes.length - MAX_HEADER_BYTES)
  }

  /** What is left at the end of the stream. */
  *flush(): Generator<FlacFrame> {
    for (let tries = 0; tries < MAX_CANDIDATES; tries++) {
      yield* this.#scan(this.#bytes.length)
      const frame = this.#frame
      const end = frame === null ? null : this.#end()
      if (frame !== null && end !== null) yield { ...frame, bytes: this.#bytes.subarray(this.#begin, end) }
      if (!this.#resume()) return
    }
  }

  #append(bytes: Uint8Array): void {
    const from = this.#frame === null ? this.#at : this.#begin
    this.#bytes = appended(this.#bytes.subarray(from), bytes)
    this.#at -= from
    this.#begin -= from
    if (this.#candidate) this.#candidate = { ...this.#candidate, at: this.#candidate.at - from }
  }

  *#scan(limit: number): Generator<FlacFrame> {
    const bytes = this.#bytes
    while (this.#at < limit) {
      const at = this.#at
      const mayBegin = bytes[at] === 0xff && (this.#frame === null || at - this.#begin >= MIN_FRAME_BYTES)
      const header = mayBegin ? readFlacFrameHeader(bytes, at, this.#info) : null
      const frame = this.#frame
      if (frame !== null && this.#crc === 0 && isMagic(bytes, at)) {
        // Another FLAC follows, and its metadata first.
        yield { ...frame, bytes: bytes.subarray(this.#begin, at) }
        this.#frame = null
        continue
      }
      if (header !== null && (frame === null || this.#crc === 0 || isNext(frame, header))) {
        if (frame !== null && this.#crc === 0) yield { ...frame, bytes: bytes.subarray(this.#begin, at) }
        this.#start(at, header)
        continue
      }
      if (header !== null) {
        this.#candidate ??= { at, header }
        this.#candidates++
      }
      if (frame !== null) this.#crc = ((this.#crc << 8) & 0xffff) ^ CRC16_TABLE[(this.#crc >> 8) ^ bytes[at]!]!
      this.#at++
      const isTooLong = this.#at - this.#begin > this.#maxBytes || this.#candidates > MAX_CANDIDATES
      if (frame !== null && isTooLong) this.#resume()
    }
  }

  #start(at: number, header: FlacFrameHeader): void {
    this.#frame = header
    this.#begin = at
    this.#crc = CRC16_TABLE[this.#bytes[at]!]!
    this.#at = at + 1
    this.#candidate = null
    this.#candidates = 0
  }

  /** The frame under way is damaged: goes on where another may begin. @returns whether there is such a place */
  #resume(): boolean {
    const candidate = this.#candidate
    this.#frame = null
    this.#candidate = null
    if (candidate !== null) this.#start(candidate.at, candidate.header)
    return candidate !== null
  }

  /** Where the last frame ends: at the end, or before a tag. */
  #end(): number | null {
    let crc = 0
    let end: number | null = null
    for (let at = this.#begin; at < this.#bytes.length; at++) {
      crc = ((crc << 8) & 0xffff) ^ CRC16_TABLE[(crc >> 8) ^ this.#bytes[at]!]!
      const isTag = this.#bytes[at + 1] === 0x54 || this.#bytes[at + 1] === 0x41
      if (crc === 0 && (at + 1 === this.#bytes.length || isTag)) end ??= at + 1
    }
    return end
  }
}

/** Whether a header is that of the frame after another. */
function isNext(frame: FlacFrameHeader, header: FlacFrameHeader): boolean {
  return header.position === frame.position + frame.blockSize
}

/** Whether a FLAC begins there. */
function isMagic(bytes: Uint8Array, at: number): boolean {
  return [0x66, 0x4c, 0x61, 0x43].every((byte, i) => bytes[at + i] === byte)
}
