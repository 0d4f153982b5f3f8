import { SAMPLE_RATE } from '../core/sample-rate.js'
import { writeWhole } from './writers/aside-writer.js'
import type { FileOptions } from './writers/file-writer.js'
import { writeError } from './writers/line-writer.js'

/** So much is kept: all of it is in memory, and several times when it is written. */
export const MAX_KEPT_SEC = 2 * 60 * 60
const MAX_SAMPLES = MAX_KEPT_SEC * SAMPLE_RATE
/** Values of 16 bit are so many parts of the whole range. */
const STEPS = 2 ** 15

/** The audio that a stream has heard, which becomes one WAV file at its end. */
export class KeptAudio {
  readonly #pieces: { readonly audio: Float32Array; readonly beginSample: number }[] = []
  #endSample = 0

  /** Keeps audio; false when it is too late for that. What is not there between two pieces is silence. */
  take(audio: Float32Array, beginSample: number): boolean {
    const fits = audio.subarray(0, Math.max(0, MAX_SAMPLES - beginSample))
    if (fits.length > 0) this.#pieces.push({ audio: fits.slice(), beginSample })
    this.#endSample = Math.max(this.#endSample, beginSample + fits.length)
    return fits.length === audio.length
  }

  /**
   * Writes what was heard, exactly: in 16 bit where nothing is lost by that, else as floats. Nothing heard: no file.
   * @param waiting how long the reader of a pipe is waited for
   * @throws OutputError when it cannot be written, or is there and must not be replaced
   */
  async write(path: string, replaces: boolean, waiting: FileOptions = {}): Promise<void> {
    if (this.#endSample === 0) return
    const samples = new Float32Array(this.#endSample)
    for (const { audio, beginSample } of this.#pieces) samples.set(audio, beginSample)
    const bytes = await wavOf(samples).catch((cause: unknown) => Promise.reject(writeError(path, cause)))
    await writeWhole(path, bytes, replaces, waiting)
  }
}

async function wavOf(samples: Float32Array): Promise<Uint8Array> {
  const { default: wavefile } = await import('wavefile')
  const wav = new wavefile.WaveFile()
  const isExact = samples.every((value) => Number.isInteger(value * STEPS) && value >= -1 && value < 1)
  if (isExact)
    wav.fromScratch(
      1,
      SAMPLE_RATE,
      '16',
      Int16Array.from(samples, (value) => value * STEPS),
    )
  else wav.fromScratch(1, SAMPLE_RATE, '32f', samples)
  return wav.toBuffer()
}
