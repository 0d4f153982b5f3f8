import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { formatChunk, riff } from './wav-files.js'

/** The samples of a recording of `fixtures`: 16 bit, 16 kHz, mono. */
export function fixtureSamples(name: string): Int16Array {
  const bytes = readFileSync(fileURLToPath(new URL(`../../fixtures/${name}`, import.meta.url)))
  const at = bytes.indexOf('data')
  const size = bytes.readUInt32LE(at + 4)
  return Int16Array.from({ length: size / 2 }, (_, index) => bytes.readInt16LE(at + 8 + 2 * index))
}

/** A WAV file at 16 kHz of which each channel has samples of its own; the shorter ones are silent at the end. */
export function channelWav(channels: readonly Int16Array[]): Buffer {
  const frames = Math.max(...channels.map(({ length }) => length))
  const data = Buffer.alloc(frames * channels.length * 2)
  for (const [place, samples] of channels.entries()) {
    for (const [at, sample] of samples.entries()) data.writeInt16LE(sample, 2 * (at * channels.length + place))
  }
  return riff([formatChunk({ channels: channels.length }), ['data', data]])
}
