import { appended } from './codec.js'
import { crc32 } from './crc.js'

/** A page of an Ogg stream whose checksum is right. */
export interface OggPage {
  /** Which of the streams it belongs to. */
  readonly serial: number
  readonly isFirst: boolean
  readonly isLast: boolean
  /** Position at the end of the last packet that ends here, as the codec counts; null: no packet ends here. */
  readonly granule: number | null
  /** Packets that end here. */
  readonly packets: readonly Uint8Array[]
  /** Whether something was left out before it: bytes of no page, or pages. */
  readonly isAfterDamage: boolean
}

const HEAD_BYTES = 27
const CHECKSUM_AT = 22
/** More than a packet of sound, or its headers, ever has. */
const MAX_PACKET_BYTES = 4 * 1024 * 1024

/** A packet under way. */
interface Partial {
  readonly pieces: readonly Uint8Array[]
  readonly nextPage: number
}

/** Cuts an Ogg stream into pages, and joins packets. What is damaged is left out. Source: RFC 3533. */
export class OggPages {
  #bytes: Uint8Array = new Uint8Array(0)
  #isDamaged = false
  readonly #partials = new Map<number, Partial>()

  /** Whether the stream ends within a page, or damaged. */
  get isCut(): boolean {
    return this.#isDamaged || this.#bytes.length > 0
  }

  /** Pages that are whole by now. */
  *push(bytes: Uint8Array): Generator<OggPage> {
    this.#bytes = appended(this.#bytes, bytes)
    for (;;) {
      const begin = pageBegin(this.#bytes)
      if (begin > 0) this.#isDamaged = true
      this.#bytes = this.#bytes.subarray(begin)
      const length = pageLength(this.#bytes)
      if (length === null || this.#bytes.length < length) return
      const page = this.#bytes.subarray(0, length)
      const isWhole = page[4] === 0 && checksumOf(page) === viewOf(page).getUint32(CHECKSUM_AT, true)
      this.#bytes = this.#bytes.subarray(isWhole ? length : 1)
      if (isWhole) yield this.#read(page)
      else this.#isDamaged = true
    }
  }

  #read(page: Uint8Array): OggPage {
    const view = viewOf(page)
    const [flags, serial, sequence] = [page[5]!, view.getUint32(14, true), view.getUint32(18, true)]
    const isContinued = (flags & 1) !== 0
    const begun = this.#partials.get(serial)
    const isLost = begun !== undefined && (begun.nextPage !== sequence || isContinued !== begun.pieces.length > 0)
    const isAfterDamage = this.#isDamaged || (isLost && (flags & 2) === 0)
    this.#isDamaged = false
    let pieces: Uint8Array[] = isContinued && !isLost ? [...(begun?.pieces ?? [])] : []
    let isSkipping = isContinued && pieces.length === 0
    const packets: Uint8Array[] = []
    let at = HEAD_BYTES + page[26]!
    for (const size of page.subarray(HEAD_BYTES, at)) {
      if (!isSkipping) pieces.push(page.subarray(at, at + size))
      at += size
      if (size === 255) continue
      if (!isSkipping) packets.push(joined(pieces))
      pieces = []
      isSkipping = false
    }
    const isKept = pieces.reduce((sum, { length }) => sum + length, 0) < MAX_PACKET_BYTES
    // The buffer is filled anew, but never changed.
    this.#partials.set(serial, { pieces: isKept ? pieces : [], nextPage: (sequence + 1) % 2 ** 32 })
    const granule = view.getBigInt64(6, true)
    return {
      serial,
      isFirst: (flags & 2) !== 0,
      isLast: (flags & 4) !== 0,
      granule: granule < 0n ? null : Number(granule),
      packets,
      isAfterDamage,
    }
  }
}

/** Position of the next page; where none begins, of what may be the start of one. */
function pageBegin(bytes: Uint8Array): number {
  for (let at = bytes.indexOf(0x4f); at >= 0; at = bytes.indexOf(0x4f, at + 1)) {
    const isPage = [0x4f, 0x67, 0x67, 0x53].every((byte, i) => at + i >= bytes.length || bytes[at + i] === byte)
    if (isPage) return at
  }
  return bytes.length
}

/** Null: not known yet. */
function pageLength(bytes: Uint8Array): number | null {
  const segments = bytes[26]
  if (segments === undefined || bytes.length < HEAD_BYTES + segments) return null
  return bytes.subarray(HEAD_BYTES, HEAD_BYTES + segments).reduce((sum, size) => sum + size, HEAD_BYTES + segments)
}

function checksumOf(page: Uint8Array): number {
  // A Buffer's slice would share its memory.
  const copy = new Uint8Array(page)
  copy.fill(0, CHECKSUM_AT, CHECKSUM_AT + 4)
  return crc32(copy, 0, copy.length)
}

function joined(pieces: readonly Uint8Array[]): Uint8Array {
  return pieces.length === 1 ? pieces[0]! : Uint8Array.from(Buffer.concat(pieces))
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}
