import { UsageError } from '../../core/errors.js'
import type { AudioSource, Log } from '../../core/types.js'
import { rangeWarnings } from '../decode/decode-stream.js'
import { SampleRange } from '../decode/sample-range.js'

/**
 * A source that somebody else has written, with samples that a model can take: finite, and in [-1, 1]. Floats in the range
 * of integers are read as such, with a warning.
 */
export function checkedSource(source: AudioSource, log: Log): AudioSource {
  const { name, durationSec } = source
  return {
    name,
    ...(durationSec !== undefined && { durationSec }),
    damage: () => source.damage?.() ?? null,
    async *read(signal) {
      const range = new SampleRange(rangeWarnings({ name, log }))
      for await (const piece of source.read(signal)) {
        if (!(piece instanceof Float32Array)) {
          throw new UsageError(`${name} gave something else than a Float32Array`, {
            hint: 'the read() of an AudioSource gives mono samples at 16 kHz, in [-1, 1]',
          })
        }
        const audio = range.push(piece)
        if (audio.length > 0) yield audio
      }
      const rest = range.flush()
      if (rest.length > 0) yield rest
    },
  }
}
