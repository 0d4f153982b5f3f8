import { frameBytes } from '../../audio/decode/pcm.js'
import { rawFormat } from '../../audio/decode/raw-format.js'
import { StreamSource } from '../../audio/sources/stream-source.js'
import type { ASRConfig } from '../../config/config.js'
import { SAMPLE_RATE } from '../../core/sample-rate.js'
import type { Log } from '../../core/types.js'
import { type ListeningOptions, liveInput, type OpenedInput } from '../../transcriber/pacing.js'
import { PushedAudio } from '../../transcriber/push-audio.js'
import type { StreamSettings } from '../../transcriber/transcriber.js'

/** How the audio of a client is written. */
export interface AudioForm {
  readonly encoding: ASRConfig['rawEncoding']
  /** Sample rate in Hz. */
  readonly rate: number
  readonly channels: number
  /** Whether it is raw audio even if it looks like a file. */
  readonly isSurelyRaw: boolean
}

/** 16 bit, 16 kHz, one channel, or a file of any kind that is read. */
export const USUAL_FORM: AudioForm = { encoding: 's16le', rate: SAMPLE_RATE, channels: 1, isSurelyRaw: false }

/** A client is asked to wait when so many seconds have not been taken yet. */
const PUSHED_SEC = 1
/** A client that sends faster than it is transcribed waits when so much lies here: others soon have their turn. */
const MAX_LEAD_SEC = 10

/** A stretch of a session that is recognized to its end: all of it, or what a client makes final at once. */
export class SessionPart {
  readonly audio: PushedAudio
  /** Aborted when nobody wants its text. */
  readonly dropped = new AbortController()
  /** Resolves when audio comes, or the part ends without any. */
  readonly begun: Promise<void>
  endsTurn = false
  hasAudio = false
  isEnded = false
  /** Samples at 16 kHz that have arrived. */
  #heardSamples = 0
  #sentBytes = 0
  #takenBytes = 0
  #begin = (): void => {}

  constructor(
    readonly form: AudioForm,
    readonly settings: StreamSettings,
  ) {
    const { rate, channels } = form
    this.audio = new PushedAudio(PUSHED_SEC * rate * channels * Float32Array.BYTES_PER_ELEMENT)
    this.begun = new Promise((resolve) => {
      this.#begin = resolve
    })
  }

  /** Seconds of audio that have arrived. */
  get heardSec(): number {
    return this.#heardSamples / SAMPLE_RATE
  }

  /** Seconds of audio that its client has sent, as far as that is known before it is decoded. */
  get sentSec(): number {
    const { encoding, rate, channels, isSurelyRaw } = this.form
    if (!isSurelyRaw && this.#heardSamples > 0) return (this.heardSec * this.#sentBytes) / this.#takenBytes
    return this.#sentBytes / (frameBytes(rawFormat(encoding, rate, channels)) * rate)
  }

  /** Whether it takes more audio; if not, wait for that. */
  get hasRoom(): boolean {
    return this.audio.hasRoom
  }

  write(bytes: Uint8Array): void {
    this.hasAudio = true
    this.#sentBytes += bytes.length
    this.#takenBytes += bytes.length
    this.#begin()
    this.audio.write(bytes)
  }

  /** Audio comes that is not taken any more. */
  miss(bytes: Uint8Array): void {
    this.#sentBytes += bytes.length
  }

  end(): void {
    this.isEnded = true
    this.audio.end()
    this.#begin()
  }

  /** Listens to it from here on. */
  open(
    name: string,
    config: ASRConfig,
    options: Omit<ListeningOptions, 'whenFull'> & { readonly log: Log },
  ): OpenedInput {
    const { encoding, rate, channels, isSurelyRaw } = this.form
    const { log, onArrival, ...listening } = options
    const source = new StreamSource({
      name,
      open: (signal) => {
        // Who listens to it no more does not wait for what the client sends next.
        signal?.addEventListener('abort', () => this.audio.close(), { once: true })
        return bytesOf(this.audio)
      },
      raw: rawFormat(encoding, rate, channels),
      log,
      mayBeEmpty: true,
      isSurelyRaw,
      // At most as many as there are sessions. Browsers record WebM, or MP4 in fragments.
      mayUseFfmpeg: true,
    })
    const settings = { ...config, ...this.settings, startAt: 0 }
    const maxBacklog = Math.min(config.maxBacklog, Math.max(MAX_LEAD_SEC, settings.minChunkSize))
    return liveInput(
      source,
      { ...settings, maxBacklog },
      {
        ...listening,
        log,
        whenFull: 'wait',
        onArrival: (audio) => {
          this.#heardSamples += audio.length
          onArrival?.(audio)
        },
      },
    )
  }
}

async function* bytesOf(audio: PushedAudio): AsyncGenerator<Uint8Array> {
  for await (const chunk of audio) if (chunk instanceof Uint8Array) yield chunk
}
