import type { ByteReader } from './byte-reader.js'

/** What begins a RIFF file: how it is written, and the size that it gives itself. */
export interface RiffForm {
  readonly littleEndian: boolean
  readonly size: number
}

/** A chunk whose head was read. */
export interface ChunkHead {
  readonly id: string
  readonly size: number
}

/** Bytes of a RIFF head: its id, its size, what it is. */
export const RIFF_HEAD_BYTES = 12
const CHUNK_HEAD_BYTES = 8
/** Most bytes read from a metadata chunk; the rest is skipped. */
const MAX_DESCRIPTION = 4096

/** Chunks that programs write, apart from the audio: with one of these names it is no coincidence. */
const KNOWN_IDS: ReadonlySet<string> = new Set(
  'fmt |data|LIST|INFO|fact|cue |plst|smpl|inst|labl|note|ltxt|wavl|slnt|bext|iXML|_PMX|axml|chna|ubxt|cart|link|umid|levl|PEAK|minf|elm1|regn|ovwf|DISP|acid|strc|JUNK|junk|PAD |FLLR|filr|afsp|id3 |ID3 |aXML|ds64|qlty|mext|SyLp|Cr8r|RLND|LGWV|ResU|tlst|TRKN|clm |XMP |dbmd|MD5 '.split(
    '|',
  ),
)

/** Whether it begins as a WAV does. */
export function isWav(head: Uint8Array): boolean {
  return /^(RIFF|RIFX|RF64|BW64).{4}WAVE/s.test(ascii(head))
}

/** Takes the head of a RIFF file, which `isWav` found there. */
export async function readForm(reader: ByteReader): Promise<RiffForm> {
  const head = await reader.read(RIFF_HEAD_BYTES)
  const littleEndian = !ascii(head).startsWith('RIFX')
  return { littleEndian, size: viewOf(head).getUint32(4, littleEndian) }
}

/** Takes the head of the next chunk; null at the end. */
export async function readChunkHead(reader: ByteReader, littleEndian: boolean): Promise<ChunkHead | null> {
  const head = await reader.read(CHUNK_HEAD_BYTES)
  if (head.length < CHUNK_HEAD_BYTES) return null
  return { id: ascii(head.subarray(0, 4)), size: viewOf(head).getUint32(4, littleEndian) }
}

/** Takes what a chunk holds, and gives its start. */
export async function readChunk(reader: ByteReader, { size }: ChunkHead): Promise<Uint8Array> {
  const bytes = await reader.read(Math.min(size, MAX_DESCRIPTION))
  await reader.skip(size - bytes.length)
  await skipPadding(reader, size)
  return bytes
}

/**
 * Leaves out the byte that makes the size of a chunk even. Some programs forget it: then a known chunk begins at once.
 */
export async function skipPadding(reader: ByteReader, size: number): Promise<void> {
  if (size % 2 === 0) return
  const next = await reader.peek(RIFF_HEAD_BYTES + 1)
  if (isChunk(next.subarray(1)) || !isChunk(next)) await reader.skip(1)
}

/** Whether a chunk of a known name, or a WAV, begins there. */
export function isChunk(head: Uint8Array): boolean {
  return KNOWN_IDS.has(ascii(head.subarray(0, 4))) || isWav(head)
}

/** Data size that the "ds64" chunk of RF64 and BW64 gives; null when it has none. Source: EBU Tech 3306. */
export function longDataSize(bytes: Uint8Array): number | null {
  const size = bytes.length < 16 ? Number.NaN : Number(viewOf(bytes).getBigUint64(8, true))
  return Number.isSafeInteger(size) ? size : null
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

function ascii(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes)
}
