import { type FileHandle, open } from 'node:fs/promises'
import { extname } from 'node:path'
import { InputError, messageOf, readingReason } from '../../core/errors.js'
import type { AudioSource, Log } from '../../core/types.js'
import { durationOf, TELLING_BYTES } from '../codecs/duration.js'
import { type OpenOptions, recognize } from '../decode/audio-parts.js'
import { ByteReader } from '../decode/byte-reader.js'
import type { TellIdle } from '../decode/hints.js'
import { frameBytes, type PcmFormat } from '../decode/pcm.js'
import { DEFAULT_RAW_FORMAT } from '../decode/raw-format.js'
import type { ChannelChoice, ChannelTap } from '../decode/to-mono.js'
import type { AudioPart } from '../decode/wav-parts.js'
import { decodeAudio } from './decode-audio.js'
import { fileBytes } from './file-bytes.js'

/** Files with these endings and without a header are raw audio. */
const RAW_ENDINGS: ReadonlySet<string> = new Set(['.raw', '.pcm', '.s16', '.s16le'])

/** How a file is read. */
export interface AudioFileOptions {
  /** Called with a sentence about each fault that is tolerated. */
  readonly log: Log
  /** Seconds at the start that `read` leaves out; 0 if absent. */
  readonly startAtSec?: number
  /** Which channel is heard; absent: all of them. */
  readonly channel?: ChannelChoice
  /** Takes all channels, each by itself; absent: they are not told apart. */
  readonly onChannels?: ChannelTap | undefined
  /** Form of a raw file; absent: 16 bit, 16 kHz, mono. */
  readonly raw?: PcmFormat
  /** Whether a raw file is taken as such even if it looks like something else; false if absent. */
  readonly isSurelyRaw?: boolean
  /** Is told when an option of reading has no effect; absent: nobody is. */
  readonly onIdle?: TellIdle | undefined
}

/** An audio file, read as it is needed; its headers are checked when it is opened. */
export class AudioFileSource implements AudioSource {
  readonly name: string
  readonly durationSec?: number
  readonly #options: AudioFileOptions
  #damage: InputError | null = null

  private constructor(name: string, durationSec: number | undefined, options: AudioFileOptions) {
    this.name = name
    if (durationSec !== undefined) this.durationSec = durationSec
    this.#options = options
  }

  /**
   * Opens a file and reads its headers.
   *
   * @throws InputError when the file is missing, cannot be read, or is no audio of a kind that is supported
   */
  static async open(path: string, options: AudioFileOptions): Promise<AudioFileSource> {
    const { log, startAtSec = 0 } = options
    const file = await openFile(path)
    try {
      const { durationSec, isExact } = await lengthOf(path, file, options)
      if (durationSec === 0) log.warn(`${path} has no audio in it`)
      else if (isExact && startAtSec > 0 && startAtSec >= durationSec) throw behindEnd(path, startAtSec, durationSec)
      return new AudioFileSource(path, durationSec, options)
    } finally {
      await file.close()
    }
  }

  async *read(signal?: AbortSignal): AsyncGenerator<Float32Array> {
    const { log, startAtSec = 0, channel, onChannels, onIdle } = this.#options
    const { name } = this
    const file = await openFile(name)
    try {
      const reader = new ByteReader(fileBytes(file))
      // What is wrong with the headers was said when the file was opened.
      const opening = openingOf(name, { ...this.#options, log: { warn() {} }, onIdle: undefined })
      const onDamage = (error: InputError) => {
        this.#damage = error
      }
      const heard = { name, log, startAtSec, channel, onChannels, onIdle, onDamage }
      for await (const audio of decodeAudio(reader, opening, heard)) {
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

  damage(): InputError | null {
    return this.#damage
  }
}

interface PartOptions extends Pick<AudioFileOptions, 'raw' | 'isSurelyRaw' | 'onIdle'> {
  readonly log: Pick<Log, 'warn'>
}

/** Whether a file without a header is raw audio, as its name says. */
export function isRawName(path: string): boolean {
  return RAW_ENDINGS.has(extname(path).toLowerCase())
}

function openingOf(
  path: string,
  { raw = DEFAULT_RAW_FORMAT, isSurelyRaw = false, ...options }: PartOptions,
): OpenOptions {
  const mayBeRaw = isRawName(path)
  const { log, onIdle } = options
  return { name: path, isFile: true, log, raw: mayBeRaw ? raw : null, isSurelyRaw: mayBeRaw && isSurelyRaw, onIdle }
}

type Length =
  | { readonly durationSec: number; readonly isExact: true }
  | { readonly durationSec: number | undefined; readonly isExact: false }

async function lengthOf(path: string, file: FileHandle, options: PartOptions): Promise<Length> {
  const { size } = await file.stat()
  const reader = new ByteReader(fileBytes(file))
  const found = await recognize(reader, openingOf(path, options))
  if ('parts' in found) return { durationSec: await lengthOfParts(reader, found.parts, size), isExact: true }
  const tail = new Uint8Array(Math.min(TELLING_BYTES, size))
  const { bytesRead } = await file.read(tail, 0, tail.length, size - tail.length)
  const ends = { tail: tail.subarray(0, bytesRead), bytes: size - reader.position }
  return { durationSec: durationOf(found.codec, { ...ends, head: await reader.peek(TELLING_BYTES) }), isExact: false }
}

async function lengthOfParts(reader: ByteReader, parts: AsyncIterable<AudioPart>, size: number): Promise<number> {
  let seconds = 0
  for await (const { format, bytes } of parts) {
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
    if (status.isDirectory()) throw new InputError(`${path} is a folder, not an audio file`, { hint: 'give one file' })
    return file
  } catch (cause) {
    await file?.close()
    if (cause instanceof InputError) throw cause
    throw new InputError(`${path} cannot be opened: ${readingReason(cause)}`, {
      hint: 'give the path of an audio file that you may read',
      cause,
      ...(errorCode(cause) === 'ENOENT' && { code: 'ASR_INPUT_MISSING', details: { path } }),
    })
  }
}

function errorCode(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : ''
}

function behindEnd(path: string, startAtSec: number, durationSec: number): InputError {
  return new InputError(`${path} has ${durationSec.toFixed(2)} s of audio: nothing is left after ${startAtSec} s`, {
    hint: 'give a smaller --start-at',
  })
}
