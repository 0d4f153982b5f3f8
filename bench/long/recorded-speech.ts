import { readFile } from 'node:fs/promises'
import { default as wavefile } from 'wavefile'
import type { Recording } from '../corpus.js'

/** Sample rate (Hz) of all recordings. */
export const RATE = 16_000

/** The samples of a recording: 16 kHz, mono, 16 bits. */
export async function samplesOf({ audio }: Recording): Promise<Int16Array> {
  const wav = new wavefile.WaveFile(await readFile(audio))
  // Samples at that rate already would not stay as they are.
  if ((wav.fmt as { sampleRate: number }).sampleRate !== RATE) wav.toSampleRate(RATE)
  wav.toBitDepth('16')
  return Int16Array.from(wav.getSamples(true, Int16Array) as unknown as Int16Array)
}
