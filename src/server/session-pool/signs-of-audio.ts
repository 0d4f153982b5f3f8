import { SAMPLE_RATE } from '../../core/sample-rate.js'

/** Nobody says anything in less. */
const MIN_AUDIO_SAMPLES = 0.1 * SAMPLE_RATE

/**
 * Tells a client that sends audio from one that sends a byte now and then.
 * @param onSign called whenever 0.1 s have come since it was called last
 * @returns what takes the number of samples that came, at 16 kHz
 */
export function signsOfAudio(onSign: () => void): (samples: number) => void {
  let uncounted = 0
  return (samples) => {
    uncounted += samples
    if (uncounted < MIN_AUDIO_SAMPLES) return
    uncounted = 0
    onSign()
  }
}
