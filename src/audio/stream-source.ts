import { InputError, messageOf } from '../errors.js'
import type { AudioSource, Log } from '../types.js'
import { ByteReader } from './byte-reader.js'
import { compressedContent } from './content.js'
import { type DecodeOptions, decodeStream, SAMPLE_RATE } from './decode-stream.js'
import type { PcmFormat } from './pcm.js'
import { DEFAULT_RAW_FORMAT } from './raw-format.js'
import { readWavHeader } from './wav-header.js'

/** Bytes that tell a WAV file from raw audio. */
const RIFF_HEAD_BYTES = 12

/** How a stream is read. */
export interface StreamOptions {
  /** What it is, for messages: "standard input". */
  readonly name: string
  /** Starts the stream of bytes; it ends when the signal is aborted. */
  readonly open: (signal?: AbortSignal) => AsyncIterable<Uint8Array>
  /** Form of the audio when there is no WAV header; absent: 16 bit, 16 kHz, mono. */
  readonly raw?: PcmFormat
  readonly log: Log
  /** Seconds at the begin that are left out; 0 if absent. */
  readonly startAtSec?: number
  /** Whether a stream without a single byte is nothing to complain about. */
  readonly mayBeEmpty?: boolean
}

/**
 * Audio that comes as a stream of bytes, without a known end: a pipe, a socket, a recorder. A WAV header is recognised
 * and obeyed; what has none is raw. Aborting `read` ends the audio, it is no error.
 */
export class StreamSource implements AudioSource {
  readonly name: string
  readonly #options: StreamOptions

  constructor(options: StreamOptions) {
    this.name = options.name
    this.#options = options
  }

  async *read(signal?: AbortSignal): AsyncGenerator<Float32Array> {
    const reader = new ByteReader(this.#options.open(signal))
    try {
      yield* withoutBegin(decodeStream(reader, await this.#describe(reader, signal)), this.#options.startAtSec ?? 0)
    } catch (cause) {
      if (signal?.aborted) return
      if (cause instanceof InputError) throw cause
      throw new InputError(`${this.name} cannot be read any further: ${messageOf(cause)}`, { cause })
    } finally {
      await reader.close()
    }
  }

  async #describe(reader: ByteReader, signal: AbortSignal | undefined): Promise<DecodeOptions> {
    const { name, log, raw = DEFAULT_RAW_FORMAT, mayBeEmpty = false } = this.#options
    const head = await reader.peek(RIFF_HEAD_BYTES)
    if (head.length === 0 && !mayBeEmpty && !signal?.aborted) {
      throw new InputError(`${name} is empty`, { hint: 'see what the program before it says' })
    }
    const text = String.fromCharCode(...head)
    if (/^(RIFF|RIFX|RF64|BW64).{4}WAVE/s.test(text)) {
      const { dataBytes, ...format } = await readWavHeader(reader, name)
      // What is written into a pipe cannot be corrected at the end: a size of 0 was never filled in.
      return { format, dataBytes: dataBytes === 0 ? null : dataBytes, name, log, signal }
    }
    const compressed = compressedContent(head)
    if (compressed === null) return { format: raw, dataBytes: null, name, log, signal }
    throw new InputError(`${name} cannot be read: ${compressed.replace('file', 'stream')}`, {
      hint: 'convert it on the way, for example with: ffmpeg -i INPUT -ar 16000 -ac 1 -f wav - | asr-stream -',
    })
  }
}

async function* withoutBegin(audio: AsyncIterable<Float32Array>, seconds: number): AsyncGenerator<Float32Array> {
  let skipped = Math.trunc(seconds * SAMPLE_RATE)
  for await (const piece of audio) {
    const rest = piece.subarray(skipped)
    skipped -= piece.length - rest.length
    if (rest.length > 0) yield rest
  }
}
