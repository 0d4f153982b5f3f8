import { meanLevel } from '../../core/frame-levels.js'
import { SAMPLE_RATE } from '../../core/sample-rate.js'

/** Levels are those of so much sound: five periods of mains hum. */
const FRAME_SEC = 0.1
const FRAME_SAMPLES = FRAME_SEC * SAMPLE_RATE
/** So many frames in a row are long for one sound of a voice, which goes up and down by more than this meanwhile. */
const STEADY_FRAMES = 5
const MAX_RANGE_DB = 1

/**
 * Finds sound that no voice makes, however much its begin is like one: hum, tones and noise keep their level.
 *
 * @param audio mono, 16 kHz
 * @returns tells of a time, in seconds from the start of the audio, whether the sound there stays the same for half a second
 */
export function steadySound(audio: Float32Array): (sec: number) => boolean {
  const levels = Array.from({ length: Math.floor(audio.length / FRAME_SAMPLES) }, (_, frame) =>
    meanLevel(audio.subarray(frame * FRAME_SAMPLES, (frame + 1) * FRAME_SAMPLES)),
  )
  const isSteady = new Uint8Array(levels.length)
  for (let from = 0; from + STEADY_FRAMES <= levels.length; from++) {
    const some = levels.slice(from, from + STEADY_FRAMES)
    if (Math.max(...some) - Math.min(...some) <= MAX_RANGE_DB) isSteady.fill(1, from, from + STEADY_FRAMES)
  }
  return (sec) => isSteady[Math.floor(sec / FRAME_SEC)] === 1
}
