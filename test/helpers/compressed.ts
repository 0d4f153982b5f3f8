import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { StreamSource, type StreamSourceOptions } from '../../src/audio/sources/stream-source.js'
import { AsrStreamError } from '../../src/core/errors.js'
import { inPieces } from './bytes.js'
import { rememberingLog } from './logs.js'
import { joined } from './recordings.js'

/** Recordings of `fixtures/compressed`, all of them jfk.wav, and how well they keep it. */
export const COMPRESSED = {
  'jfk.flac': { seconds: 11, likeness: 0.99999 },
  'jfk.opus': { seconds: 11, likeness: 0.97 },
  'jfk.ogg': { seconds: 11, likeness: 0.97 },
  'jfk_vbr_stereo.mp3': { seconds: 11, likeness: 0.97 },
  // Without a header that says what the encoder has added: whole frames, and its delay.
  'jfk_cbr.mp3': { seconds: 11.088, likeness: 0.9 },
} as const

export type CompressedName = keyof typeof COMPRESSED

export const COMPRESSED_NAMES = Object.keys(COMPRESSED) as readonly CompressedName[]

/** The path of a recording of `fixtures/compressed`. */
export function compressedPath(name: string): string {
  return fileURLToPath(new URL(`../../fixtures/compressed/${name}`, import.meta.url))
}

/** The bytes of a recording of `fixtures/compressed`. */
export function compressed(name: string): Buffer {
  return readFileSync(compressedPath(name))
}

/** What came of a stream of bytes. */
export interface Decoding {
  /** Mono, 16 kHz. */
  readonly audio: Float32Array
  readonly warnings: readonly string[]
  /** What was thrown, or told at the end. */
  readonly error: AsrStreamError | null
}

/** Decodes bytes as they come through a pipe. */
export async function decoded(
  bytes: Uint8Array,
  options: Partial<StreamSourceOptions> = {},
  sizes: readonly number[] = [],
): Promise<Decoding> {
  const log = rememberingLog()
  const source = new StreamSource({ name: 'x', open: () => inPieces(bytes, sizes), log, ...options })
  const pieces: Float32Array[] = []
  let error: AsrStreamError | null = null
  try {
    for await (const piece of source.read()) pieces.push(piece)
    error = source.damage()
  } catch (cause) {
    if (!(cause instanceof AsrStreamError)) throw cause
    error = cause
  }
  return { audio: joined(pieces), warnings: log.warnings, error }
}

/** How alike two recordings are, 1 for the same, at the lag (in samples) at which they are most. */
export function likeness(
  one: Float32Array,
  other: Float32Array,
  maxLag = 0,
): { readonly value: number; readonly lag: number } {
  let best = { value: -1, lag: 0 }
  for (let lag = -maxLag; lag <= maxLag; lag++) {
    let [product, powerOne, powerOther] = [0, 0, 0]
    for (let i = Math.max(0, -lag); i < Math.min(one.length, other.length - lag); i += 3) {
      product += one[i]! * other[i + lag]!
      powerOne += one[i]! ** 2
      powerOther += other[i + lag]! ** 2
    }
    const value = product / Math.sqrt(powerOne * powerOther + 1e-12)
    if (value > best.value) best = { value, lag }
  }
  return best
}
