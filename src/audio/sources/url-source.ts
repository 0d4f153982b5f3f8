import { setTimeout as sleep } from 'node:timers/promises'
import { InputError } from '../../core/errors.js'
import type { AudioSource } from '../../core/types.js'
import { isLiveUrl, shownUrl } from './ffmpeg-command.js'
import { type FfmpegSourceOptions, ffmpegAudio } from './ffmpeg-source.js'

/** Attempts in a row without audio after which a live stream is given up. */
const MAX_ATTEMPTS = 8
/** Seconds before the second attempt; doubled each time, up to the longest. */
const FIRST_PAUSE_SEC = 1
const MAX_PAUSE_SEC = 30

/** How an address is read. */
export interface UrlSourceOptions extends Omit<FfmpegSourceOptions, 'onDamage'> {
  /** Waits between attempts; absent: as long as it says. */
  readonly pause?: (seconds: number, signal?: AbortSignal) => Promise<void>
}

/**
 * Audio at an address, fetched and decoded by ffmpeg. A live stream that breaks off is asked for again, after longer and
 * longer pauses; what was sent meanwhile is lost.
 */
export class UrlSource implements AudioSource {
  readonly name: string
  readonly #url: string
  readonly #options: UrlSourceOptions
  #damage: InputError | null = null

  constructor(url: string, options: UrlSourceOptions) {
    this.name = shownUrl(url)
    this.#url = url
    this.#options = options
  }

  /** @throws InputError with what ffmpeg says, when it fails and, for a live stream, fails again and again */
  async *read(signal?: AbortSignal): AsyncGenerator<Float32Array> {
    const { pause = wait, startAtSec, ...options } = this.#options
    const run = { name: this.name, input: { kind: 'url', url: this.#url }, signal } as const
    let [hasCome, attempts] = [false, 0]
    for (;;) {
      try {
        const start = hasCome || startAtSec === undefined ? {} : { startAtSec }
        for await (const audio of ffmpegAudio(run, { ...options, ...start })) {
          hasCome = true
          attempts = 0
          yield audio
        }
        return
      } catch (error) {
        if (signal?.aborted) return
        if (!(error instanceof InputError && hasCome)) throw error
        if (!isLiveUrl(this.#url) || ++attempts >= MAX_ATTEMPTS) {
          // What has come is transcribed before this is told.
          this.#damage = error
          return
        }
        const seconds = Math.min(MAX_PAUSE_SEC, FIRST_PAUSE_SEC * 2 ** (attempts - 1))
        options.log.warn(`${error.message}; connecting again in ${seconds} s`)
        await pause(seconds, signal)
        if (signal?.aborted) return
      }
    }
  }

  damage(): InputError | null {
    return this.#damage
  }
}

async function wait(seconds: number, signal?: AbortSignal): Promise<void> {
  // Who aborts is not told: the stream then ends.
  await sleep(seconds * 1000, undefined, { signal }).catch(() => undefined)
}
