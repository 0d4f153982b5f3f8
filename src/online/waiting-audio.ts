import { giveBack, leasedFloats } from '../core/leased-memory.js'

/** Pieces from this number of samples on give their memory back as soon as they are taken. */
const LARGE_PIECE = 16_000

/** Audio that waits to be taken, piece by piece: hours of it are never moved. */
export class WaitingAudio {
  #pieces: Float32Array[] = []
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
    const taken = new Float32Array(Math.max(0, Math.min(count, this.#length)))
    let filled = 0
    let used = 0
    for (const piece of this.#pieces) {
      const part = piece.subarray(0, taken.length - filled)
      taken.set(part, filled)
      filled += part.length
      if (part.length < piece.length) {
        this.#pieces[used] = piece.subarray(part.length)
        break
      }
      if (isLeased(piece)) giveBack(piece)
      used++
    }
    this.#pieces.splice(0, used)
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
