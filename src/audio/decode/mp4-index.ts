import { ByteReader } from './byte-reader.js'
import { BOX_HEAD_BYTES, boxAt, FRONT_BOXES, JoinedFiles, MAX_FRAGMENT_BYTES, type Mp4Box } from './mp4-boxes.js'

/** Before the audio there are a few words of what the file is. */
const MAX_FRONT_BYTES = 1024 * 1024
/** Of a longer file the index is not waited for. */
const MAX_HELD_BYTES = 512 * 1024 * 1024
/** With an entry for each frame, a day of audio has an index of 30 MB. */
const MAX_INDEX_BYTES = 64 * 1024 * 1024
const PIECE_BYTES = 1024 * 1024
/** Boxes on the way to the tables of places. */
const CONTAINERS = ['moov', 'trak', 'mdia', 'minf', 'stbl']

/**
 * An MP4 or a QuickTime file with its index before the audio, as a decoder needs it that cannot look ahead; phones write it behind.
 * Such a file is held until its index has come, up to 512 MB of it; whatever else comes is given on as it is.
 *
 * Sources: ISO/IEC 14496-12 (boxes, `stco`, `co64`); QuickTime File Format.
 *
 * @param onJoined called when another file begins behind the first one
 */
export async function* withIndexFirst(
  source: AsyncIterable<Uint8Array>,
  onJoined: () => void = () => {},
): AsyncGenerator<Uint8Array> {
  const reader = new ByteReader(source)
  try {
    const front = await readFront(reader)
    const next = (await peekBox(reader))?.type
    const isBehind = next === 'mdat'
    const held: Uint8Array[] = []
    const index = isBehind ? await readToIndex(reader, held) : null
    yield* front
    if (index !== null) yield shifted(index, lengthOf(front), lengthOf([...front, ...held]))
    yield* held
    const joined = new JoinedFiles()
    if (index !== null) for (const type of ['mdat', 'moov']) joined.see(type)
    if (index !== null || next === 'moov') yield* boxes(reader, joined, onJoined)
    yield* piecesOf(reader, Number.POSITIVE_INFINITY)
  } finally {
    await reader.close()
  }
}

/** Gives boxes on as they come, until another file begins, or what comes is no box of a known size. */
async function* boxes(reader: ByteReader, joined: JoinedFiles, onJoined: () => void): AsyncGenerator<Uint8Array> {
  for (;;) {
    const box = await peekBox(reader)
    if (!box || box.bytes === null) return
    const isFragment = box.type === 'moof' && box.bytes <= MAX_FRAGMENT_BYTES
    const fragment = isFragment ? await reader.read(box.bytes) : null
    if (joined.see(box.type, fragment)) {
      onJoined()
      if (fragment) yield fragment
      return
    }
    if (fragment) yield fragment
    else yield* piecesOf(reader, box.bytes)
  }
}

async function* piecesOf(reader: ByteReader, bytes: number): AsyncGenerator<Uint8Array> {
  for (let left = bytes; left > 0; ) {
    const piece = await reader.some(Math.min(left, PIECE_BYTES))
    if (piece.length === 0) return
    yield piece
    left -= piece.length
  }
}

async function readFront(reader: ByteReader): Promise<readonly Uint8Array[]> {
  const front: Uint8Array[] = []
  for (;;) {
    const box = await peekBox(reader)
    if (!box || box.bytes === null || !FRONT_BOXES.includes(box.type) || reader.position + box.bytes > MAX_FRONT_BYTES)
      break
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
      const box = boxAt(moved.subarray(at, Math.min(end, at + BOX_HEAD_BYTES)))
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

async function peekBox(reader: ByteReader): Promise<Mp4Box | null> {
  return boxAt(await reader.peek(BOX_HEAD_BYTES))
}

function lengthOf(pieces: readonly Uint8Array[]): number {
  return pieces.reduce((sum, { length }) => sum + length, 0)
}
