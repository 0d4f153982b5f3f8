/** A stretch of decoded audio. */
export interface PcmBlock {
  /** Samples about in [-1, 1], channel by channel within a frame. */
  readonly samples: Float32Array
  readonly channels: number
  /** Sample rate in Hz. */
  readonly sampleRate: number
}

/** A stretch that was promised, by a header or by what follows it, and did not come. */
export interface Lost {
  /** Length in seconds; an estimate where nothing says it exactly. */
  readonly lostSec: number
  /** Whether audio follows: then as much silence keeps its times right. */
  readonly isInside: boolean
}

/** A stretch that is there, and that was not decoded because nobody wants to hear it. */
export interface Skipped {
  /** Samples of each channel. */
  readonly skippedFrames: number
  readonly channels: number
  /** Sample rate in Hz. */
  readonly sampleRate: number
}

/** What comes out of a codec. */
export type Decoded = PcmBlock | Lost | Skipped

/** Decodes a stream of bytes that comes in pieces of any size. */
export interface Codec {
  /** What is whole by now. */
  decode(bytes: Uint8Array): AsyncIterable<Decoded>
  /** What is left at the end of the stream, and what the headers promised beyond it. */
  flush(): AsyncIterable<Decoded>
  /** Releases the memory of the library. */
  close(): void
}

/** Whether something decoded is a stretch that is missing. */
export function isLost(decoded: Decoded): decoded is Lost {
  return 'lostSec' in decoded
}

/** Whether something was left out because nobody wants to hear it. */
export function isSkipped(decoded: Decoded): decoded is Skipped {
  return 'skippedFrames' in decoded
}

/** Joins channels of one length, sample by sample. */
export function interleaved(channels: readonly Float32Array[]): Float32Array {
  if (channels.length === 1) return channels[0]!
  const samples = new Float32Array(channels.length * (channels[0]?.length ?? 0))
  for (const [channel, audio] of channels.entries()) {
    for (let i = 0; i < audio.length; i++) samples[i * channels.length + channel] = audio[i]!
  }
  return samples
}

/** Bytes that were held back, and those that follow them. */
export function appended(held: Uint8Array, bytes: Uint8Array): Uint8Array {
  if (held.length === 0) return bytes
  const all = new Uint8Array(held.length + bytes.length)
  all.set(held)
  all.set(bytes, held.length)
  return all
}

/** Stretches of samples as one. */
export function joinedSamples(pieces: readonly Float32Array[]): Float32Array {
  const all = new Float32Array(pieces.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const piece of pieces) {
    all.set(piece, at)
    at += piece.length
  }
  return all
}
