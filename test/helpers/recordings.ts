import { WaveFile } from 'wavefile'

/** Faint noise, as of a microphone in a quiet room. */
export function quiet(seconds: number): Float32Array {
  let state = 1
  return Float32Array.from({ length: Math.round(seconds * 16_000) }, () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
    return (state / 2_147_483_648 - 0.5) * 0.0006
  })
}

export function joined(pieces: readonly Float32Array[]): Float32Array {
  const all = new Float32Array(pieces.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const piece of pieces) {
    all.set(piece, at)
    at += piece.length
  }
  return all
}

/** 16-bit samples as a WAV file. */
export function wavOf(audio: Float32Array): Buffer {
  const wav = new WaveFile()
  wav.fromScratch(
    1,
    16_000,
    '16',
    Int16Array.from(audio, (sample) => Math.round(sample * 32_767)),
  )
  return Buffer.from(wav.toBuffer())
}
