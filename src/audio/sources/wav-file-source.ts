import { type FileHandle, open } from 'node:fs/promises'
import { extname } from 'node:path'
import { InputError, messageOf } from '../../core/errors.js'
import type { AudioSource, Log } from '../../core/types.js'
import { audioParts } from '../decode/audio-parts.js'
import { ByteReader } from '../decode/byte-reader.js'
import { decodeStream } from '../decode/decode-stream.js'
import { frameBytes, type PcmFormat } from '../decode/pcm.js'
import { DEFAULT_RAW_FORMAT } from '../decode/raw-format.js'
import type { AudioPart } from '../decode/wav-parts.js'
import { fileBytes } from './file-bytes.js'

/** Files with these endings and without a header are raw audio. */
const RAW_ENDINGS: ReadonlySet<string> = new Set(['.raw', '.pcm', '.s16', '.s16le'])

/** How a file is read. */
export interface WavFileOptions {
  /** Called with a sentence about each fault that is tolerated. */
  readonly log: Log
  /** Seconds at the start that `read` leaves out; 0 if absent. */
  readonly startAtSec?: number
  /** Form of a raw file; absent: 16 bit, 16 kHz, mono. */
  readonly raw?: PcmFormat
  /** Whether a raw file is taken as such even if it looks like something else; false if absent. */
  readonly isSurelyRaw?: boolean
}

/** A WAV file, read as it is needed; its headers are checked when it is opened. */
export class WavFileSource implements AudioSource {
  readonly name: string
  readonly durationSec: number
  readonly #options: WavFileOptions

  private constructor(name: string, durationSec: number, options: WavFileOptions) {
    this.name = name
    this.durationSec = durationSec
    this.#options = options
  }

  /**
   * Opens a file and reads its headers.
   *
   * @throws InputError when the file is missing, cannot be read, or is not a WAV that is supported
   */
  static async open(path: string, options: WavFileOptions): Promise<WavFileSource> {
    const { log, startAtSec = 0 } = options
    const file = await openFile(path)
    try {
      const durationSec = await durationOf(path, file, options)
      if (durationSec === 0) log.warn(`${path} has no audio in it`)
      else if (startAtSec > 0 && startAtSec >= durationSec) throw behindEnd(path, startAtSec, durationSec)
      return new WavFileSource(path, durationSec, options)
    } finally {
      await file.close()
    }
  }

  async *read(signal?: AbortSignal): AsyncGenerator<Float32Array> {
    const { log, startAtSec = 0 } = this.#options
    const { name } = this
    const file = await openFile(name)
    try {
      const reader = new ByteReader(fileBytes(file))
      // What is wrong with the headers was said when the file was opened.
      const parts = partsOf(reader, name, { ...this.#options, log: { warn() {} } })
      for await (const audio of decodeStream(reader, parts, { name, log, startAtSec })) {
        signal?.throwIfAborted()
        yield audio
      }
    } catch (cause) {
      if (cause instanceof InputError || signal?.aborted) throw cause
      throw new InputError(`${name} cannot be read any further: ${messageOf(cause)}`, { cause })
    } finally {
      await file.close()
    }
  }
}

interface PartOptions extends Pick<WavFileOptions, 'raw' | 'isSurelyRaw'> {
  readonly log: Pick<Log, 'warn'>
}

function partsOf(
  reader: ByteReader,
  path: string,
  { raw = DEFAULT_RAW_FORMAT, isSurelyRaw, log }: PartOptions,
): AsyncGenerator<AudioPart> {
  const mayBeRaw = RAW_ENDINGS.has(extname(path).toLowerCase())
  return audioParts(reader, { name: path, isFile: true, log, raw: mayBeRaw ? raw : null, isSurelyRaw })
}

async function durationOf(path: string, file: FileHandle, options: PartOptions): Promise<number> {
  const { size } = await file.stat()
  const reader = new ByteReader(fileBytes(file))
  let seconds = 0
  for await (const { format, bytes } of partsOf(reader, path, options)) {
    const there = Math.max(0, size - reader.position)
    seconds += Math.floor(Math.min(bytes ?? there, there) / frameBytes(format)) / format.sampleRate
  }
  return seconds
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
      ...(errorCode(cause) === 'ENOENT' && { code: 'ASR_INPUT_MISSING', details: { path } }),
    })
  }
}

const REASONS: Partial<Record<string, string>> = { ENOENT: 'there is no such file', EACCES: 'you may not read it' }

function errorCode(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : ''
}

function behindEnd(path: string, startAtSec: number, durationSec: number): InputError {
  return new InputError(`${path} has ${durationSec.toFixed(2)} s of audio: nothing is left after ${startAtSec} s`, {
    hint: 'give a smaller --start-at',
  })
}
