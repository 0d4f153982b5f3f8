import { setImmediate } from 'node:timers/promises'
import { rawFormat } from '../../audio/decode/raw-format.js'
import { StreamSource } from '../../audio/sources/stream-source.js'
import { InputError } from '../../core/errors.js'
import { SAMPLE_RATE } from '../../core/sample-rate.js'
import type { AudioSource, Log } from '../../core/types.js'
import type { AudioForm } from './session-part.js'

/** A recording is decoded in pieces. */
const PIECE_BYTES = 65_536

/** A recording that lies in memory; without a form it is a file of any kind. */
export function uploaded(bytes: Uint8Array, name: string, form: AudioForm | undefined, log: Log): AudioSource {
  return new StreamSource({
    name,
    async *open() {
      for (let from = 0; from < bytes.length; from += PIECE_BYTES) {
        yield bytes.subarray(from, from + PIECE_BYTES)
        // Others have their turn in between: decoding hours at once would hold them all up.
        await setImmediate()
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
