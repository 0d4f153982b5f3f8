import { type CuePiece, lineText } from './pieces.js'
import type { CueLimits } from './profiles.js'
import { charactersOf } from './width.js'

/** When cues are shown. One for a file: a cue never begins before the end of the one before. */
export class CueTiming {
  readonly #minMs: number
  readonly #maxMs: number
  readonly #gapMs: number
  readonly #maxCps: number
  /** The next cue begins no earlier. */
  #freeFromMs = 0

  constructor({ minCueSec, maxCueSec, gapSec, maxCps }: CueLimits) {
    // Rounded to the side on which the limit holds; a cue of no time at all is none.
    this.#minMs = Math.max(1, Math.ceil(minCueSec * 1000))
    this.#maxMs = Math.max(this.#minMs, Math.floor(maxCueSec * 1000))
    this.#gapMs = Math.ceil(gapSec * 1000)
    this.#maxCps = maxCps
  }

  /** Whether a cue of these pieces is not shown for too long. */
  isInTime(pieces: readonly CuePiece[]): boolean {
    return lastEnd(pieces) - this.#beginOf(pieces) <= this.#maxMs
  }

  /** Whether a cue of these pieces would be shown for too short a time if something followed it. */
  isTooShort(pieces: readonly CuePiece[]): boolean {
    return lastEnd(pieces) - this.#beginOf(pieces) < this.#minMs
  }

  /** Whether a cue of these pieces can be read while they are said, so that its end does not depend on what follows. */
  isLongEnough(pieces: readonly CuePiece[]): boolean {
    return this.#wantedEnd(pieces) <= lastEnd(pieces)
  }

  /**
   * Gives a cue its times: while it is said, and longer where it takes longer to be read and nothing else is said. It is shown
   * for the least time in any case; what follows then comes later.
   *
   * @param nextMs when the next piece is said; null: not known
   */
  place(pieces: readonly CuePiece[], nextMs: number | null): { readonly beginMs: number; readonly endMs: number } {
    const beginMs = this.#beginOf(pieces)
    const wanted = this.#wantedEnd(pieces)
    const endMs = nextMs === null ? wanted : Math.max(beginMs + this.#minMs, Math.min(wanted, nextMs - this.#gapMs))
    this.#freeFromMs = endMs + this.#gapMs
    return { beginMs, endMs: Math.round(endMs) }
  }

  #beginOf([first]: readonly CuePiece[]): number {
    return Math.ceil(Math.max(first?.beginMs ?? 0, this.#freeFromMs))
  }

  #wantedEnd(pieces: readonly CuePiece[]): number {
    const beginMs = this.#beginOf(pieces)
    const readMs = Math.ceil((charactersOf(lineText(pieces)).length / this.#maxCps) * 1000)
    const leastMs = Math.max(this.#minMs, readMs)
    return Math.min(beginMs + this.#maxMs, Math.max(lastEnd(pieces), beginMs + leastMs))
  }
}

function lastEnd(pieces: readonly CuePiece[]): number {
  return pieces.at(-1)?.endMs ?? 0
}
