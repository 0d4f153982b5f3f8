/** Samples of a frame: 10 ms at 16 kHz. */
export const FRAME_SAMPLES = 160

/** The level of each 10 ms of audio (mono, 16 kHz), in decibels of full scale. */
export function frameLevels(audio: Float32Array): Float32Array {
  const levels = new Float32Array(Math.ceil(audio.length / FRAME_SAMPLES))
  for (let frame = 0; frame < levels.length; frame++) {
    const end = Math.min(audio.length, (frame + 1) * FRAME_SAMPLES)
    let energy = 1e-12
    for (let i = frame * FRAME_SAMPLES; i < end; i++) energy += audio[i]! * audio[i]!
    levels[frame] = 10 * Math.log10(energy / FRAME_SAMPLES)
  }
  return levels
}

/** The mean level of audio in decibels of full scale; -120 of silence. */
export function meanLevel(audio: Float32Array): number {
  const energy = audio.reduce((sum, sample) => sum + sample * sample, 0)
  return 10 * Math.log10(energy / Math.max(1, audio.length) + 1e-12)
}
