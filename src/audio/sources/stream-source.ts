import { InputError, messageOf } from '../../core/errors.js'
import type { AudioSource, Log } from '../../core/types.js'
import { ByteReader } from '../decode/byte-reader.js'
import { ForeignAudio } from '../decode/foreign-audio.js'
import type { TellIdle } from '../decode/hints.js'
import { joinedWarning } from '../decode/mp4-boxes.js'
import { withIndexFirst } from '../decode/mp4-index.js'
import type { PcmFormat } from '../decode/pcm.js'
import { DEFAULT_RAW_FORMAT } from '../decode/raw-format.js'
import type { ChannelChoice, ChannelTap } from '../decode/to-mono.js'
import { decodeAudio } from './decode-audio.js'
import { requireFfmpeg } from './ffmpeg-process.js'
import { ffmpegAudio } from './ffmpeg-source.js'
import { RewindableBytes } from './rewindable-bytes.js'

/** How a stream is read. */
export interface StreamSourceOptions {
  /** What it is, for messages: "standard input". */
  readonly name: string
  /** Starts the stream of bytes; it ends when the signal is aborted. */
  readonly open: (signal?: AbortSignal) => AsyncIterable<Uint8Array>
  /** Form of the audio when there is no header; null: then it is no audio; absent: 16 bit, 16 kHz, mono. */
  readonly raw?: PcmFormat | null
  /** Whether what has no WAV header is raw audio even if it looks like something else; false if absent. */
  readonly isSurelyRaw?: boolean
  /** Called for headers that are wrong, and audio that breaks off. */
  readonly log: Log
  /** Seconds at the start that are left out; 0 if absent. */
  readonly startAtSec?: number
  /** Which channel is heard; absent: all of them. */
  readonly channel?: ChannelChoice
  /** Takes all channels, each by itself; absent: they are not told apart. */
  readonly onChannels?: ChannelTap | undefined
  /** Is told when an option of reading has no effect; absent: nobody is. */
  readonly onIdle?: TellIdle | undefined
  /** Whether a stream without a single byte is nothing to complain about. */
  readonly mayBeEmpty?: boolean
  /**
   * Whether a WAV ends with the audio that it announces, though the stream goes on: for a peer that waits for an answer
   * before it closes. Absent: audio after it, and further WAVs, are read too.
   */
  readonly isWhole?: boolean
  /** Whether ffmpeg may decode what is not decoded here; false if absent: the clients of `listen` start no programs. */
  readonly mayUseFfmpeg?: boolean
}

/**
 * Audio that comes as a stream of bytes, without a known end: a pipe, a socket, a recorder. What it is, its first bytes
 * say; what has no header is raw, unless it is surely something else. Aborting `read` ends the audio, it is no error.
 */
export class StreamSource implements AudioSource {
  readonly name: string
  readonly #options: StreamSourceOptions
  #damage: InputError | null = null

  constructor(options: StreamSourceOptions) {
    this.name = options.name
    this.#options = options
  }

  /** @throws InputError when it is empty, not audio, of a form that is not supported, or breaks off */
  async *read(signal?: AbortSignal): AsyncGenerator<Float32Array> {
    const { name, log, startAtSec = 0, raw = DEFAULT_RAW_FORMAT, mayBeEmpty = false, ...options } = this.#options
    const enough = new AbortController()
    const closing = AbortSignal.any([enough.signal, ...(signal ? [signal] : [])])
    const bytes = new RewindableBytes(options.open(closing))
    const reader = new ByteReader(bytes.first())
    const { isSurelyRaw, isWhole, mayUseFfmpeg = false } = options
    const { channel, onChannels, onIdle } = options
    const onDamage = (error: InputError) => {
      this.#damage = error
    }
    try {
      if ((mayBeEmpty || signal?.aborted) && (await reader.peek(1)).length === 0) return
      const onDecided = () => bytes.decide()
      const opening = { name, isFile: false, log, raw, isSurelyRaw, isWhole, onIdle, onDecided }
      const heard = { name, log, startAtSec, channel, onChannels, onIdle }
      yield* decodeAudio(reader, opening, { ...heard, signal, onDamage })
    } catch (cause) {
      if (signal?.aborted) return
      if (cause instanceof ForeignAudio && mayUseFfmpeg) {
        await requireFfmpeg(cause.message, cause)
        const input = { kind: 'pipe' } as const
        const whole = withIndexFirst(bytes.again(), () => log.warn(joinedWarning(name)))
        const run = { name, refusal: cause.message, input, bytes: whole, signal }
        try {
          return yield* ffmpegAudio(run, { log, startAtSec, channel, onChannels, onIdle, onDamage })
        } finally {
          // Ffmpeg may have ended before its input, which may never come to an end.
          enough.abort()
        }
      }
      if (cause instanceof InputError) throw cause
      throw new InputError(`${name} cannot be read any further: ${messageOf(cause)}`, { cause })
    } finally {
      const closed = reader.close()
      if (enough.signal.aborted) closed.catch(() => undefined)
      else await closed
    }
  }

  damage(): InputError | null {
    return this.#damage
  }
}
