import { type FileHandle, open } from 'node:fs/promises'
import { extname } from 'node:path'
import { InputError, messageOf } from '../errors.js'
import type { AudioSource, Log } from '../types.js'
import { ByteReader } from './byte-reader.js'
import { decodeStream } from './decode-stream.js'
import { frameBytes, type PcmFormat } from './pcm.js'
import { DEFAULT_RAW_FORMAT } from './raw-format.js'
import { readWavHeader, type WavHeader } from './wav-header.js'

const PIECE_BYTES = 256 * 1024
/** Files with these endings and without a header are raw audio. */
const RAW_ENDINGS: ReadonlySet<string> = new Set(['.raw', '.pcm', '.s16', '.s16le'])

/** How a file is read. */
export interface WavFileOptions {
  /** Told what is not as it should be, and can be lived with. */
  readonly log: Log
  /** Seconds at the begin that `read` leaves out; 0 if absent. */
  readonly startAtSec?: number
  /** Form of a raw file; absent: 16 bit, 16 kHz, mono. */
  readonly raw?: PcmFormat
}

/** A WAV file, read as it is needed; the header is checked when it is opened. */
export class WavFileSource implements AudioSource {
  readonly name: string
  readonly durationSec: number
  readonly #header: WavHeader
  readonly #startAtSec: number
  readonly #log: Log

  private constructor(name: string, header: WavHeader, fileBytes: number, startAtSec: number, log: Log) {
    this.name = name
    this.#header = header
    this.#startAtSec = startAtSec
    this.#log = log
    const there = Math.max(0, fileBytes - header.dataBegin)
    const frames = Math.floor(Math.min(header.dataBytes ?? there, there) / frameBytes(header))
    this.durationSec = frames / header.sampleRate
  }

  /**
   * Opens a file and reads its header.
   *
   * @throws InputError when the file is missing, cannot be read, or is not a WAV that is supported
   */
  static async open(
    path: string,
    { log, startAtSec = 0, raw = DEFAULT_RAW_FORMAT }: WavFileOptions,
  ): Promise<WavFileSource> {
    const file = await openFile(path)
    try {
      const { size } = await file.stat()
      const header = await readHeader(path, file, raw)
      const source = new WavFileSource(path, header, size, startAtSec, log)
      if (size === header.dataBegin || header.dataBytes === 0) log.warn(`${path} has no audio in it`)
      else if (startAtSec > 0 && startAtSec >= source.durationSec) throw behindEnd(path, startAtSec, source.durationSec)
      return source
    } finally {
      await file.close()
    }
  }

  async *read(signal?: AbortSignal): AsyncGenerator<Float32Array> {
    const { dataBegin, dataBytes, sampleRate } = this.#header
    const skipped = Math.floor(this.#startAtSec * sampleRate) * frameBytes(this.#header)
    const file = await openFile(this.name)
    const reader = new ByteReader(pieces(file, dataBegin + skipped))
    try {
      const left = dataBytes === null ? null : Math.max(0, dataBytes - skipped)
      const options = { format: this.#header, dataBytes: left, name: this.name, log: this.#log }
      for await (const audio of decodeStream(reader, options)) {
        signal?.throwIfAborted()
        yield audio
      }
    } catch (cause) {
      if (cause instanceof InputError || signal?.aborted) throw cause
      throw new InputError(`${this.name} cannot be read any further: ${messageOf(cause)}`, { cause })
    } finally {
      await file.close()
    }
  }
}

async function openFile(path: string): Promise<FileHandle> {
  let file: FileHandle | null = null
  try {
    file = await open(path, 'r')
    const status = await file.stat()
    if (status.isDirectory()) throw new InputError(`${path} is a folder, not a WAV file`, { hint: 'give one file' })
    return file
  } catch (cause) {
    await file?.close()
    if (cause instanceof InputError) throw cause
    throw new InputError(`${path} cannot be opened: ${REASONS[errorCode(cause)] ?? messageOf(cause)}`, {
      hint: 'give the path of a WAV file that you may read',
      cause,
    })
  }
}

const REASONS: Partial<Record<string, string>> = { ENOENT: 'there is no such file', EACCES: 'you may not read it' }

function errorCode(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : ''
}

async function readHeader(path: string, file: FileHandle, raw: PcmFormat): Promise<WavHeader> {
  const reader = new ByteReader(pieces(file, 0))
  try {
    return await readWavHeader(reader, path)
  } catch (error) {
    const isRaw = RAW_ENDINGS.has(extname(path).toLowerCase()) && reader.position === RIFF_HEAD_BYTES
    if (!isRaw) throw error
    return { ...raw, dataBytes: null, dataBegin: 0 }
  }
}

/** What is read to see that there is no header. */
const RIFF_HEAD_BYTES = 12

async function* pieces(file: FileHandle, from: number): AsyncGenerator<Uint8Array> {
  for (let position = from; ; ) {
    const { bytesRead, buffer } = await file.read(new Uint8Array(PIECE_BYTES), 0, PIECE_BYTES, position)
    if (bytesRead === 0) return
    position += bytesRead
    yield buffer.subarray(0, bytesRead)
  }
}

function behindEnd(path: string, startAtSec: number, durationSec: number): InputError {
  return new InputError(`${path} has ${durationSec.toFixed(2)} s of audio: nothing is left behind ${startAtSec} s`, {
    hint: 'give a smaller --start-at',
  })
}
