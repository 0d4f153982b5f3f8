import { id3Bytes } from '../decode/id3.js'
import { MPEG_HEADER_BYTES, type MpegHeader, readMpegHeader } from '../decode/mpeg-header.js'
import { appended } from './codec.js'

/** A frame of MPEG audio; or bytes that are none, and no tag either. */
export type Mp3Piece =
  | { readonly header: MpegHeader; readonly bytes: Uint8Array }
  | { readonly header: null; readonly bytes: Uint8Array }

/** Frames in a row that are no coincidence. */
const CHAIN = 3
/** The longest frame: MPEG 2.5, layer II, 160 kbit/s at 8 kHz. */
const MAX_FRAME_BYTES = 2881
const LOOKAHEAD = CHAIN * MAX_FRAME_BYTES + MPEG_HEADER_BYTES
const APE_HEAD_BYTES = 32
const ID3V1_BYTES = 128

/**
 * Cuts a stream into frames of MPEG audio. A frame counts when it is where the one before ended, and another follows; after
 * damage, when a chain of them does.
 */
export class Mp3Frames {
  #bytes: Uint8Array = new Uint8Array(0)
  #isInSync = false
  /** Bytes of a tag that are left out. */
  #skipBytes = 0

  #skipTag(): void {
    if (this.#skipBytes === 0) this.#skipBytes = tagBytes(this.#bytes, 0)
    const skipped = Math.min(this.#skipBytes, this.#bytes.length)
    this.#skipBytes -= skipped
    this.#take(skipped)
  }

  /** Pieces that are whole by now. */
  *push(bytes: Uint8Array): Generator<Mp3Piece> {
    this.#bytes = appended(this.#bytes, bytes)
    yield* this.#cut(false)
  }

  /** What is left at the end of the stream. */
  *flush(): Generator<Mp3Piece> {
    yield* this.#cut(true)
    if (this.#bytes.length > 0) yield { header: null, bytes: this.#bytes }
    this.#bytes = new Uint8Array(0)
  }

  *#cut(isEnd: boolean): Generator<Mp3Piece> {
    for (;;) {
      this.#skipTag()
      // In sync the frame and what follows it decide; otherwise a chain does.
      const wanted = this.#isInSync ? this.#wantedBytes() : LOOKAHEAD
      if (this.#bytes.length === 0 || (this.#bytes.length < wanted && !isEnd)) return
      const header = this.#isInSync ? this.#frameInSync() : this.#chainAt(0)
      if (header !== null) {
        this.#isInSync = true
        yield { header, bytes: this.#take(header.bytes) }
        continue
      }
      this.#isInSync = false
      const junk = this.#junkBytes(isEnd)
      if (junk === 0) return
      yield { header: null, bytes: this.#take(junk) }
    }
  }

  /** Bytes until a frame or a tag begins, or at least none does. */
  #junkBytes(isEnd: boolean): number {
    const { length } = this.#bytes
    const limit = isEnd ? length : length - LOOKAHEAD
    for (let at = 1; at < limit; at++) {
      if (this.#chainAt(at) !== null || tagBytes(this.#bytes, at) > 0) return at
    }
    return Math.max(0, limit)
  }

  #wantedBytes(): number {
    const header = readMpegHeader(this.#bytes, 0)
    const next = header?.bytes ?? 0
    const isFollowed = header !== null && isSame(readMpegHeader(this.#bytes, next), header)
    return isFollowed ? next : next + LOOKAHEAD
  }

  /** The header of the frame that is awaited, if another frame, a tag or the end of the stream follows. */
  #frameInSync(): MpegHeader | null {
    const header = readMpegHeader(this.#bytes, 0)
    const next = header?.bytes ?? 0
    if (header === null || next > this.#bytes.length) return null
    const isFollowed = this.#isOver(next) || isSame(readMpegHeader(this.#bytes, next), header)
    return isFollowed || this.#chainAt(next) !== null ? header : null
  }

  /** The header of the frame there, if several in a row begin there. */
  #chainAt(begin: number): MpegHeader | null {
    const first = readMpegHeader(this.#bytes, begin)
    if (first === null) return null
    let at = begin
    for (let frames = 0; frames < CHAIN; frames++) {
      if (frames === CHAIN - 1 && this.#isOver(at)) return first
      const header = readMpegHeader(this.#bytes, at)
      if (header === null || !isSame(header, first)) return null
      at += header.bytes
    }
    return first
  }

  /** Whether the stream ends there, or a tag begins. */
  #isOver(at: number): boolean {
    return at === this.#bytes.length || tagBytes(this.#bytes, at) > 0
  }

  #take(count: number): Uint8Array {
    const taken = this.#bytes.subarray(0, count)
    this.#bytes = this.#bytes.subarray(count)
    return taken
  }
}

function isSame(one: MpegHeader | null, other: MpegHeader): boolean {
  return (
    one !== null && one.layer === other.layer && one.sampleRate === other.sampleRate && one.isFirst === other.isFirst
  )
}

/** Bytes of the tag that begins there; 0: none. Sources: ID3v1; APE tags version 2. */
export function tagBytes(bytes: Uint8Array, at: number): number {
  const first = bytes[at]
  if (first !== 0x49 && first !== 0x54 && first !== 0x41) return 0
  const id3 = id3Bytes(bytes, at)
  if (id3 > 0) return id3
  const begin = String.fromCharCode(...bytes.subarray(at, at + 8))
  if (begin.startsWith('TAG')) return ID3V1_BYTES
  if (!begin.startsWith('APETAGEX')) return 0
  if (bytes.length < at + APE_HEAD_BYTES) return bytes.length - at
  const view = new DataView(bytes.buffer, bytes.byteOffset + at, APE_HEAD_BYTES)
  const hasHeader = (view.getUint8(23) & 0x20) !== 0
  return view.getUint32(12, true) + (hasHeader ? APE_HEAD_BYTES : 0)
}
