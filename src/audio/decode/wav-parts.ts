import { InputError } from '../../core/errors.js'
import type { ByteReader } from './byte-reader.js'
import { calledBy, type InputName, rewriteHint } from './hints.js'
import { id3Bytes } from './id3.js'
import { soundsLikeAudio } from './misread-samples.js'
import { frameBytes, type PcmFormat } from './pcm.js'
import { sniffFormat } from './sniff-format.js'
import {
  type ChunkHead,
  isChunk,
  isWav,
  longDataSize,
  RIFF_HEAD_BYTES,
  type RiffForm,
  readChunk,
  readChunkHead,
  readForm,
  skipPadding,
} from './wav-chunks.js'
import { decidedFormat, readWavFormat, type WavFormat } from './wav-format.js'

/** A stretch of audio in a stream of bytes, which has been read up to its first byte. */
export interface AudioPart {
  readonly format: PcmFormat
  /** Bytes of audio that are announced; null: to the end of the stream. */
  readonly bytes: number | null
  /** Whether nothing in the stream says of what form it is; absent: its header does. */
  readonly isRaw?: boolean
}

/** How a WAV is read. */
export interface WavOptions extends InputName {
  /** Called with a sentence about each fault that is tolerated. */
  readonly warn: (message: string) => void
  /** Whether it ends with the audio that is announced, and nothing after that is waited for. */
  readonly isWhole?: boolean
}

/** Sizes from here on are what programs write that do not know how much will follow. */
const STREAMED_SIZE = 0x7fff_0000
/** No header is as long, nor has as many chunks: what claims to is not taken for one. */
const MAX_HEADER = 64 * 1024 * 1024
const MAX_CHUNKS = 4096
/** What is looked at of what comes after the audio that is announced. */
const MORE_BYTES = 24 * 1024
/** Audio that is looked at to see where samples lie in bytes that hold more bits than they have. */
const SETTLING_BYTES = 16 * 1024

/**
 * The audio of a WAV, part by part: chunks are walked, not searched, and unknown ones left out. What is left of a part when
 * the next one is asked for is skipped. Headers are believed as a careful person would: a size that was never filled in, or
 * filled in once and never again, does not end the audio, unless a chunk follows or the header knows of something after
 * it; a second WAV after the first, as some programs write one for each sentence, is more audio.
 *
 * Source: Microsoft/IBM, Multimedia Programming Interface 1.0 (RIFF, RIFX); EBU Tech 3306 (RF64, BW64).
 *
 * @throws InputError when the first one is of a form that is not supported, or its header breaks off
 */
export async function* wavParts(reader: ByteReader, options: WavOptions): AsyncGenerator<AudioPart, void, undefined> {
  yield* oneWav(reader, options)
  while (!options.isWhole && isWav(await reader.peek(RIFF_HEAD_BYTES))) {
    try {
      yield* oneWav(reader, options)
    } catch (error) {
      if (!(error instanceof InputError)) throw error
      return options.warn(`another WAV after the first is left out: ${error.message}`)
    }
  }
}

async function* oneWav(reader: ByteReader, options: WavOptions): AsyncGenerator<AudioPart, void, undefined> {
  const begin = reader.position
  const form = await readForm(reader)
  const header = await readHeader(reader, form, begin, options)
  let data: ChunkHead | null = header.data
  while (data !== null) {
    const format = await settledFormat(reader, header.format, data.size)
    const dataBegin = reader.position
    const bytes = data.size >= STREAMED_SIZE ? (header.longSize ?? null) : data.size
    if (bytes !== 0) yield { format, bytes }
    if (bytes === null) return
    await reader.skip(dataBegin + bytes - reader.position)
    if (bytes > 0 && options.isWhole) return
    const isKnownToEnd = begin + 8 + form.size >= dataBegin + bytes + 8 && form.size < STREAMED_SIZE
    yield* continued(reader, { format, bytes, isKnownToEnd, options })
    data = await nextData(reader, form, bytes)
  }
}

async function settledFormat(reader: ByteReader, format: WavFormat, size: number): Promise<PcmFormat> {
  const looked = format.validBits === undefined ? 0 : Math.min(size || SETTLING_BYTES, SETTLING_BYTES)
  return decidedFormat(format, await reader.peek(looked))
}

interface WavHeader {
  readonly format: WavFormat
  readonly data: ChunkHead
  readonly longSize: number | null
}

async function readHeader(
  reader: ByteReader,
  { littleEndian }: RiffForm,
  begin: number,
  options: WavOptions,
): Promise<WavHeader> {
  let format: WavFormat | null = null
  let longSize: number | null = null
  for (let chunks = 0; chunks < MAX_CHUNKS; chunks++) {
    const head = await readChunkHead(reader, littleEndian)
    if (head === null) break
    if (head.id === 'data') {
      if (format !== null) return { format, data: head, longSize }
      throw broken(options, 'the WAV has audio but no description of it ("fmt " chunk)')
    }
    if (reader.position - begin + head.size > MAX_HEADER) break
    const bytes = await readChunk(reader, head)
    if (head.id === 'fmt ') format = readWavFormat(bytes, littleEndian, options, options.warn)
    else if (head.id === 'ds64') longSize = longDataSize(bytes)
  }
  throw broken(options, `the WAV has no audio${format ? ' ("data" chunk)' : ': its header is cut off'}`)
}

interface PartContinuation {
  readonly format: PcmFormat
  /** Bytes of audio that were announced. */
  readonly bytes: number
  /** Whether the size of the file says that something comes after the audio: then the header was finished. */
  readonly isKnownToEnd: boolean
  readonly options: WavOptions
}

/** What is after the announced audio and is no chunk: audio that the header does not know of. */
async function* continued(
  reader: ByteReader,
  { format, bytes, isKnownToEnd, options: { name, isFile, warn } }: PartContinuation,
): AsyncGenerator<AudioPart, void, undefined> {
  // Some programs put the tags of an MP3 there.
  await reader.skip(bytes === 0 ? 0 : id3Bytes(await reader.peek(RIFF_HEAD_BYTES + 1)))
  const next = await reader.peek(RIFF_HEAD_BYTES + 1)
  if (next.length <= 1) return
  const isOfWav = isChunk(next) || isChunk(next.subarray(1)) || isTag(next)
  const content = bytes === 0 ? null : await sniffFormat((count) => reader.peek(count))
  // "OggS" and "fLaC" might be names of chunks.
  if (content !== null && (content.codec !== undefined || !isOfWav)) {
    const what = calledBy(content.what, { isFile })
    return warn(`${name} goes on with ${what} behind its WAV: that is left out, transcribe it by itself`)
  }
  if (isOfWav) return
  if (bytes === 0) {
    // What is written into a pipe cannot be corrected at the end: there it is no sign of anything.
    if (isFile) warn(`${name} has an unfinished header: everything after it is read as audio`)
    return yield { format, bytes: null }
  }
  if (isKnownToEnd && !soundsLikeAudio(await reader.peek(MORE_BYTES), format))
    return warn(`${name} has bytes of an unknown kind after its audio: they are left out`)
  const seconds = (bytes / frameBytes(format) / format.sampleRate).toFixed(1)
  warn(`${name} announces ${seconds} s of audio, and more follows: it is read as well`)
  const cut = bytes % frameBytes(format)
  if (cut > 0) await reader.skip(frameBytes(format) - cut)
  yield { format, bytes: null }
}

/** The next chunk of audio; null at the end, or where another WAV begins. */
async function nextData(reader: ByteReader, { littleEndian }: RiffForm, size: number): Promise<ChunkHead | null> {
  await skipPadding(reader, size)
  for (let chunks = 0; chunks < MAX_CHUNKS; chunks++) {
    const next = await reader.peek(RIFF_HEAD_BYTES)
    if (isWav(next) || !isChunk(next)) return null
    const head = await readChunkHead(reader, littleEndian)
    if (head === null || head.id === 'data') return head
    await readChunk(reader, head)
  }
  return null
}

/** Tags that players of music write after everything. */
function isTag(bytes: Uint8Array): boolean {
  return /^(TAG|APETAGEX|ID3|LYRICS)/.test(String.fromCharCode(...bytes))
}

function broken(input: InputName, message: string): InputError {
  return new InputError(`${input.name}: ${message}`, { hint: rewriteHint(input) })
}
