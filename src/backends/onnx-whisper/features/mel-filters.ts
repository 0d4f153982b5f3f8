/** One triangular filter: weights of the spectrum's bins from `firstBin` on. */
export interface MelFilter {
  readonly firstBin: number
  readonly weights: Float64Array
}

const LINEAR_HZ_PER_MEL = 200 / 3
const LOG_START_HZ = 1000
const LOG_START_MEL = LOG_START_HZ / LINEAR_HZ_PER_MEL
const LOG_STEP = Math.log(6.4) / 27

/**
 * Triangular mel filters with Slaney's scale (linear below 1 kHz, logarithmic above) and area normalization, over
 * 0 Hz to half the sample rate; what librosa gives as `filters.mel(sr, n_fft, n_mels)`, which Whisper was trained with.
 *
 * Source: M. Slaney, Auditory Toolbox, Interval Research 1998-010.
 *
 * @param bands number of filters; Whisper has 80 or 128
 * @param fftSize samples of the transformed window
 * @param sampleRate samples a second
 */
export function melFilters(bands: number, fftSize: number, sampleRate: number): readonly MelFilter[] {
  const topMel = hzToMel(sampleRate / 2)
  const edges = Array.from({ length: bands + 2 }, (_, i) => melToHz((topMel * i) / (bands + 1)))
  const binHz = sampleRate / fftSize
  return Array.from({ length: bands }, (_, band) => triangle(edges[band]!, edges[band + 1]!, edges[band + 2]!, binHz))
}

function triangle(low: number, peak: number, high: number, binHz: number): MelFilter {
  const area = 2 / (high - low)
  const firstBin = Math.floor(low / binHz) + 1
  const lastBin = Math.ceil(high / binHz) - 1
  const weights = Float64Array.from({ length: Math.max(0, lastBin - firstBin + 1) }, (_, i) => {
    const hz = (firstBin + i) * binHz
    return area * Math.max(0, Math.min((hz - low) / (peak - low), (high - hz) / (high - peak)))
  })
  return { firstBin, weights }
}

function hzToMel(hz: number): number {
  return hz < LOG_START_HZ ? hz / LINEAR_HZ_PER_MEL : LOG_START_MEL + Math.log(hz / LOG_START_HZ) / LOG_STEP
}

function melToHz(mel: number): number {
  return mel < LOG_START_MEL ? mel * LINEAR_HZ_PER_MEL : LOG_START_HZ * Math.exp((mel - LOG_START_MEL) * LOG_STEP)
}
