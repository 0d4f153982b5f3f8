import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** A word of a fixture's transcript, in seconds. */
export interface SpokenWord {
  readonly word: string
  readonly start: number
  readonly end: number
}

/** A recording of the repository: 16 kHz, mono. */
export function fixtureAudio(name: string): Float32Array {
  const bytes = readFileSync(fileURLToPath(new URL(`../../fixtures/${name}.wav`, import.meta.url)))
  const data = bytes.subarray(bytes.indexOf('data', 12, 'latin1') + 8)
  return Float32Array.from({ length: data.length >> 1 }, (_, i) => data.readInt16LE(2 * i) / 32_768)
}

/** When its words are said. */
export function fixtureWords(name: string): readonly SpokenWord[] {
  const text = readFileSync(fileURLToPath(new URL(`../../fixtures/${name}.ref.json`, import.meta.url)), 'utf8')
  return (JSON.parse(text) as { words: readonly SpokenWord[] }).words
}

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
  const data = Buffer.alloc(audio.length * 2)
  audio.forEach((sample, i) => {
    data.writeInt16LE(Math.round(Math.max(-1, Math.min(1, sample)) * 32_767), 2 * i)
  })
  const header = Buffer.alloc(44)
  header.write('RIFF', 0)
  header.writeUInt32LE(36 + data.length, 4)
  header.write('WAVEfmt ', 8)
  header.writeUInt32LE(16, 16)
  header.writeUInt16LE(1, 20)
  header.writeUInt16LE(1, 22)
  header.writeUInt32LE(16_000, 24)
  header.writeUInt32LE(32_000, 28)
  header.writeUInt16LE(2, 32)
  header.writeUInt16LE(16, 34)
  header.write('data', 36)
  header.writeUInt32LE(data.length, 40)
  return Buffer.concat([header, data])
}
