import { SAMPLE_RATE } from '../../core/sample-rate.js'

const HEADER_BYTES = 44
const SAMPLE_BYTES = 2
const FULL_SCALE = 32_767
const PCM = 1
/**
 * A WAV file of 16-bit samples.
 * @param audio mono, 16 kHz, in [-1, 1]; what is louder is clipped, what is no number is silence
 */
export function encodeWav(audio: Float32Array): Uint8Array<ArrayBuffer> {
  const dataBytes = audio.length * SAMPLE_BYTES
  const bytes = new Uint8Array(HEADER_BYTES + dataBytes)
  const view = new DataView(bytes.buffer)
  const fourCC = (at: number, text: string) => new TextEncoder().encodeInto(text, bytes.subarray(at))
  fourCC(0, 'RIFF')
  view.setUint32(4, bytes.length - 8, true)
  fourCC(8, 'WAVEfmt ')
  view.setUint32(16, 16, true)
  view.setUint16(20, PCM, true)
  view.setUint16(22, 1, true)
  view.setUint32(24, SAMPLE_RATE, true)
  view.setUint32(28, SAMPLE_RATE * SAMPLE_BYTES, true)
  view.setUint16(32, SAMPLE_BYTES, true)
  view.setUint16(34, 8 * SAMPLE_BYTES, true)
  fourCC(36, 'data')
  view.setUint32(40, dataBytes, true)
  for (let i = 0; i < audio.length; i++) {
    const sample = Math.max(-1, Math.min(1, audio[i]!))
    // A DataView writes what is no number as 0.
    view.setInt16(HEADER_BYTES + i * SAMPLE_BYTES, Math.round(sample * FULL_SCALE), true)
  }
  return bytes
}
