import { SAMPLE_RATE } from '../core/sample-rate.js'

/** How loud a recording is. */
export interface InputLevel {
  readonly seconds: number
  /** Loudest sample, in dB of full scale; -Infinity: digital silence. */
  readonly peakDb: number
  /** Root mean square, in dB of full scale. */
  readonly meanDb: number
  /** Share of samples in [0, 1] that stand at full scale beside another that does. */
  readonly clippedShare: number
}

/** A sample of 16 bits at its limit, and what is left of it after conversion of the rate. */
const FULL_SCALE = 0.995

/** Measures audio, mono at 16 kHz. */
export function measureLevel(audio: Float32Array): InputLevel {
  let [peak, power, clipped] = [0, 0, 0]
  let wasFull = false
  for (const sample of audio) {
    const size = Math.abs(sample)
    peak = Math.max(peak, size)
    power += sample * sample
    const isFull = size >= FULL_SCALE
    if (isFull && wasFull) clipped++
    wasFull = isFull
  }
  const count = Math.max(1, audio.length)
  return {
    seconds: audio.length / SAMPLE_RATE,
    peakDb: decibels(peak),
    meanDb: decibels(Math.sqrt(power / count)),
    clippedShare: clipped / count,
  }
}

function decibels(amplitude: number): number {
  return amplitude === 0 ? Number.NEGATIVE_INFINITY : 20 * Math.log10(amplitude)
}
