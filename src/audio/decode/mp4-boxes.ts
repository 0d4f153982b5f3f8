/** Boxes of MP4 and QuickTime files. Sources: ISO/IEC 14496-12; QuickTime File Format. */

/** Bytes that the head of a box has at most. */
export const BOX_HEAD_BYTES = 16
/** A longer description of a fragment is not looked into. */
export const MAX_FRAGMENT_BYTES = 1024 * 1024

/** What an MP4 or a QuickTime file begins with, but for its index. */
export const FRONT_BOXES = ['ftyp', 'wide', 'free', 'skip', 'pnot', 'uuid']

/** A box whose head was read. */
export interface Mp4Box {
  readonly type: string
  /** With its head; null: up to the end. */
  readonly bytes: number | null
  readonly headBytes: number
}

/** The box that begins there; null: none does. */
export function boxAt(head: Uint8Array): Mp4Box | null {
  if (head.length < 8) return null
  const view = new DataView(head.buffer, head.byteOffset, head.length)
  const type = String.fromCharCode(...head.subarray(4, 8))
  const size = view.getUint32(0)
  if (size === 0) return { type, bytes: null, headBytes: 8 }
  if (size >= 8) return { type, bytes: size, headBytes: 8 }
  if (size !== 1 || head.length < BOX_HEAD_BYTES) return null
  const bytes = Number(view.getBigUint64(8))
  return bytes >= BOX_HEAD_BYTES && Number.isSafeInteger(bytes) ? { type, bytes, headBytes: BOX_HEAD_BYTES } : null
}

/**
 * Finds out whether several files were written one after the other, of which decoders hear the first, or of fragments not
 * all. A live stream that repeats its description before a fragment is one, as long as its time goes on.
 */
export class JoinedFiles {
  readonly #seen = new Set<string>()
  #latest = Number.NEGATIVE_INFINITY
  #beginsAgain = false

  /**
   * Takes the next box of those that are in none.
   * @param fragment the whole box, of a `moof`
   * @returns whether another file begins there
   */
  see(type: string, fragment: Uint8Array | null = null): boolean {
    const hasAudio = this.#seen.has('moov') && this.#seen.has('mdat')
    const isOther = hasAudio && (type === 'ftyp' || type === 'moov')
    const isFragmented = this.#seen.has('moof')
    this.#seen.add(type)
    if (isOther && !isFragmented) return true
    this.#beginsAgain ||= isOther
    const time = type === 'moof' && fragment ? decodeTime(fragment) : null
    if (time === null) return false
    const goesBack = this.#beginsAgain && time <= this.#latest
    this.#latest = time
    this.#beginsAgain = false
    return goesBack
  }
}

/** When a fragment begins, in units of its track; null: it does not say. */
function decodeTime(fragment: Uint8Array): number | null {
  const view = new DataView(fragment.buffer, fragment.byteOffset, fragment.length)
  const at = Buffer.from(fragment.buffer, fragment.byteOffset, fragment.length).indexOf('tfdt')
  if (at < 0 || at + 12 > fragment.length) return null
  if (view.getUint8(at + 4) === 0) return view.getUint32(at + 8)
  return at + 16 > fragment.length ? null : Number(view.getBigUint64(at + 8))
}

/** What is said of files that were joined. */
export function joinedWarning(name: string): string {
  return `${name} goes on with another recording behind its end: not all of that is heard, transcribe it by itself`
}
