import { giveBack, leasedFloats } from '../core/leased-memory.js'
import { takeSamples } from '../core/take-samples.js'

/** Pieces from this number of samples on give their memory back as soon as they are taken. */
const LARGE_PIECE = 16_000

/** Audio that waits to be taken, piece by piece: hours of it are never moved. */
export class WaitingAudio {
  readonly #pieces: Float32Array[] = []
  #length = 0

  /** Number of samples. */
  get length(): number {
    return this.#length
  }

  /** Copies audio to the end. */
  append(audio: Float32Array): void {
    if (audio.length === 0) return
    this.#pieces.push(copyOf(audio))
    this.#length += audio.length
  }

  /** Copies audio to the start. */
  prepend(audio: Float32Array): void {
    if (audio.length === 0) return
    this.#pieces.unshift(copyOf(audio))
    this.#length += audio.length
  }

  /** Takes samples out at the start, as many as there are of the number that is wanted; nobody else has their memory. */
  take(count: number): Float32Array {
    const there = Math.max(0, Math.min(count, this.#length))
    const taken = takeSamples(this.#pieces, there, (piece) => {
      if (isLeased(piece)) giveBack(piece)
    })
    this.#length -= taken.length
    return taken
  }
}

function copyOf(audio: Float32Array): Float32Array {
  if (audio.length < LARGE_PIECE) return audio.slice()
  const copy = leasedFloats(audio.length)
  copy.set(audio)
  return copy
}

function isLeased({ buffer }: Float32Array): boolean {
  return buffer.byteLength >= LARGE_PIECE * Float32Array.BYTES_PER_ELEMENT
}
