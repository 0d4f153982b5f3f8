import { ByteReader } from './byte-reader.js'

const HEAD_BYTES = 16
/** Before the audio there are a few words of what the file is. */
const MAX_FRONT_BYTES = 1024 * 1024
/** Of a longer file the index is not waited for. */
const MAX_HELD_BYTES = 512 * 1024 * 1024
/** With an entry for each frame, a day of audio has an index of 30 MB. */
const MAX_INDEX_BYTES = 64 * 1024 * 1024
const PIECE_BYTES = 1024 * 1024
/** What an MP4 or a QuickTime file begins with, but for its index. */
const FRONT = ['ftyp', 'wide', 'free', 'skip', 'pnot', 'uuid']
/** Boxes on the way to the tables of places. */
const CONTAINERS = ['moov', 'trak', 'mdia', 'minf', 'stbl']

interface Box {
  readonly type: string
  /** With its head; null: up to the end. */
  readonly bytes: number | null
  readonly headBytes: number
}

/**
 * An MP4 or a QuickTime file with its index before the audio, as a decoder needs it that cannot look ahead; phones write it behind.
 * Such a file is held until its index has come, up to 512 MB of it; whatever else comes is given on as it is.
 *
 * Sources: ISO/IEC 14496-12 (boxes, `stco`, `co64`); QuickTime File Format.
 */
export async function* withIndexFirst(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const reader = new ByteReader(source)
  try {
    const front = await readFront(reader)
    const isBehind = (await peekBox(reader))?.type === 'mdat'
    const held: Uint8Array[] = []
    const index = isBehind ? await readToIndex(reader, held) : null
    yield* front
    if (index !== null) yield shifted(index, lengthOf(front), lengthOf([...front, ...held]))
    yield* held
    for (;;) {
      const piece = await reader.some(PIECE_BYTES)
      if (piece.length === 0) return
      yield piece
    }
  } finally {
    await reader.close()
  }
}

async function readFront(reader: ByteReader): Promise<readonly Uint8Array[]> {
  const front: Uint8Array[] = []
  for (;;) {
    const box = await peekBox(reader)
    if (!box || box.bytes === null || !FRONT.includes(box.type) || reader.position + box.bytes > MAX_FRONT_BYTES) break
    front.push(await reader.read(box.bytes))
  }
  return front
}

/** Takes boxes up to the index. @returns null when none comes, or it is too far away */
async function readToIndex(reader: ByteReader, held: Uint8Array[]): Promise<Uint8Array | null> {
  for (;;) {
    const box = await peekBox(reader)
    if (!box || box.bytes === null || reader.position + box.bytes > MAX_HELD_BYTES) return null
    if (box.type === 'moov') return box.bytes > MAX_INDEX_BYTES ? null : reader.read(box.bytes)
    for (let left = box.bytes; left > 0; ) {
      const piece = await reader.some(Math.min(left, PIECE_BYTES))
      if (piece.length === 0) return null
      held.push(piece)
      left -= piece.length
    }
  }
}

/** The index with all places from `from` to before `to` as much farther back as it takes itself. */
function shifted(index: Uint8Array, from: number, to: number): Uint8Array {
  // `slice` of a Buffer copies nothing.
  const moved = Uint8Array.from(index)
  const view = new DataView(moved.buffer)
  const shift = (at: number, end: number) => {
    while (at + 8 <= end) {
      const box = boxAt(moved.subarray(at, Math.min(end, at + HEAD_BYTES)))
      const next = at + (box?.bytes ?? end - at)
      if (!box || next > end || next === at) return
      const body = at + box.headBytes
      if (CONTAINERS.includes(box.type)) shift(body, next)
      else if (box.type === 'stco' || box.type === 'co64') shiftPlaces(body, next, box.type === 'co64' ? 8 : 4)
      at = next
    }
  }
  const shiftPlaces = (body: number, end: number, width: 4 | 8) => {
    const count = body + 8 <= end ? view.getUint32(body + 4) : 0
    for (let at = body + 8, n = 0; n < count && at + width <= end; n++, at += width) {
      const place = width === 4 ? view.getUint32(at) : Number(view.getBigUint64(at))
      if (place < from || place >= to) continue
      if (width === 4) view.setUint32(at, place + moved.length)
      else view.setBigUint64(at, BigInt(place + moved.length))
    }
  }
  shift(0, moved.length)
  return moved
}

async function peekBox(reader: ByteReader): Promise<Box | null> {
  return boxAt(await reader.peek(HEAD_BYTES))
}

/** The box that begins there; null: none does. */
function boxAt(head: Uint8Array): Box | null {
  if (head.length < 8) return null
  const view = new DataView(head.buffer, head.byteOffset, head.length)
  const type = String.fromCharCode(...head.subarray(4, 8))
  const size = view.getUint32(0)
  if (size === 0) return { type, bytes: null, headBytes: 8 }
  if (size >= 8) return { type, bytes: size, headBytes: 8 }
  if (size !== 1 || head.length < HEAD_BYTES) return null
  const bytes = Number(view.getBigUint64(8))
  return bytes >= HEAD_BYTES && Number.isSafeInteger(bytes) ? { type, bytes, headBytes: HEAD_BYTES } : null
}

function lengthOf(pieces: readonly Uint8Array[]): number {
  return pieces.reduce((sum, { length }) => sum + length, 0)
}
