import { setImmediate, setTimeout as sleep } from 'node:timers/promises'
import { rawFormat } from '../../audio/decode/raw-format.js'
import { StreamSource } from '../../audio/sources/stream-source.js'
import { InputError } from '../../core/errors.js'
import { SAMPLE_RATE } from '../../core/sample-rate.js'
import type { AudioSource, Log } from '../../core/types.js'
import type { AudioForm } from './session-part.js'

/** A recording is decoded in pieces. */
const PIECE_BYTES = 65_536

/** While somebody speaks, reading recordings takes this part of the time of a core. */
const SHARE = 1 / 5
/** No piece takes longer by itself: the rest was somebody else's. */
const MAX_PIECE_MS = 20

/**
 * Waits after a piece of a recording: others have their turn in between, and all of the time but `SHARE` while somebody speaks.
 * @param pieceMs what the piece took
 * @param readers recordings that are being read; 0: nobody speaks
 */
export async function rest(pieceMs: number, readers: number): Promise<void> {
  const ms = Math.min(pieceMs, MAX_PIECE_MS) * (readers / SHARE - 1)
  await (readers > 0 ? sleep(ms) : setImmediate())
}

/** How a recording is read. */
export interface UploadOptions {
  /** What messages call it. */
  readonly name: string
  /** Absent: a file of any kind. */
  readonly form: AudioForm | undefined
  readonly log: Log
  /** Waits after a piece that took so many milliseconds, see `rest`. */
  readonly rested: (pieceMs: number) => Promise<void>
}

/** A recording that lies in memory. */
export function uploaded(bytes: Uint8Array, { name, form, log, rested }: UploadOptions): AudioSource {
  return new StreamSource({
    name,
    async *open() {
      for (let from = 0; from < bytes.length; from += PIECE_BYTES) {
        const began = performance.now()
        yield bytes.subarray(from, from + PIECE_BYTES)
        await rested(performance.now() - began)
      }
    },
    // Nobody sends a recording without a header and does not say what it is.
    raw: form ? rawFormat(form.encoding, form.rate, form.channels) : null,
    isSurelyRaw: form?.isSurelyRaw ?? false,
    log,
    // At most as many as recordings run at once, reading their standard input and nothing else.
    mayUseFfmpeg: true,
  })
}

/** Audio that is refused when there is too much of it. */
export function bounded(source: AudioSource, maxSec: number): AudioSource {
  return {
    name: source.name,
    async *read(signal) {
      let samples = 0
      for await (const audio of source.read(signal)) {
        samples += audio.length
        if (samples > maxSec * SAMPLE_RATE) throw new InputError(`${source.name} is longer than ${maxSec} s`)
        yield audio
      }
    },
  }
}
