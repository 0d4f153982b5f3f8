const SAMPLE_RATE = 16_000
const HEADER_BYTES = 44
const TONE_HZ = 440

/** A WAV file of a tone, 16 kHz mono, 16 bits. */
export function toneWav(seconds: number): Uint8Array {
  const count = Math.round(seconds * SAMPLE_RATE)
  const bytes = Buffer.alloc(HEADER_BYTES + 2 * count)
  bytes.write('RIFF', 0, 'latin1')
  bytes.writeUInt32LE(HEADER_BYTES - 8 + 2 * count, 4)
  bytes.write('WAVEfmt ', 8, 'latin1')
  bytes.writeUInt32LE(16, 16)
  bytes.writeUInt16LE(1, 20)
  bytes.writeUInt16LE(1, 22)
  bytes.writeUInt32LE(SAMPLE_RATE, 24)
  bytes.writeUInt32LE(2 * SAMPLE_RATE, 28)
  bytes.writeUInt16LE(2, 32)
  bytes.writeUInt16LE(16, 34)
  bytes.write('data', 36, 'latin1')
  bytes.writeUInt32LE(2 * count, 40)
  for (let i = 0; i < count; i++) {
    const sample = 4096 * Math.sin((2 * Math.PI * TONE_HZ * i) / SAMPLE_RATE)
    bytes.writeInt16LE(Math.round(sample), HEADER_BYTES + 2 * i)
  }
  return bytes
}
