import { attendedPosition } from '../attention/alignment.js'
import type { RowMemory } from '../model/row-memory.js'

/** Text as it was decoded: tokens, and where the alignment heads looked. */
export interface FedText {
  /** The tokens in the decoder's cache, from the first one on. */
  readonly tokens: readonly number[]
  /** Index of the token whose attention is the first row. */
  readonly firstRow: number
  /** `[heads * positions]` a row. */
  readonly rows: readonly Float32Array[]
  /** Encoder positions of the window. */
  readonly positions: number
  /** Encoder positions that hold real audio. */
  readonly audioPositions: number
}

/** Encoder positions so far before the end of the audio do not change when audio is added. */
const SETTLED_POSITIONS = 75

/**
 * The text at the start of a window whose keys and values in the decoder's cache are used again, while audio is only added
 * at the end. They were computed from less audio: only those of tokens are kept that are said in audio which more of it
 * hardly changes, see `WindowEncoder`.
 */
export class KeptText {
  #start: number | undefined
  #tokens: readonly number[] = []
  #firstRow = 0
  #positions = 0
  /** Of tokens from `#firstRow` on, `[heads * positions]` each. */
  readonly #rows: Float32Array[] = []

  /** @param positionSamples where the audio of the next window begins; what was kept of another start is forgotten */
  begin(positionSamples: number | undefined): void {
    if (positionSamples === undefined || positionSamples !== this.#start) this.forget()
    this.#start = positionSamples
  }

  /**
   * How many of the first `atMost` tokens are kept. The others of what was kept are forgotten: whoever asks truncates the cache to
   * these.
   */
  take(tokens: readonly number[], atMost: number): number {
    const end = Math.min(atMost, tokens.length, this.#tokens.length)
    const other = tokens.findIndex((token, at) => at >= end || token !== this.#tokens[at])
    const count = other < 0 ? end : other
    this.#tokens = this.#tokens.slice(0, count)
    return count
  }

  /**
   * The attention of kept tokens in a window that may be longer now.
   * @param from index of the first token
   * @param to index after the last one
   */
  rows(from: number, to: number, positions: number, memory: RowMemory): readonly Float32Array[] {
    return this.#rows.slice(from - this.#firstRow, Math.max(0, to - this.#firstRow)).map((row) => {
      const heads = row.length / this.#positions
      const wide = memory.take(heads * positions)
      wide.fill(0)
      for (let head = 0; head < heads; head++) {
        const own = row.subarray(head * this.#positions, head * this.#positions + Math.min(positions, this.#positions))
        wide.set(own, head * positions)
      }
      return wide
    })
  }

  /** Keeps of a text what is settled. */
  keep({ tokens, firstRow, rows, positions, audioPositions }: FedText): void {
    if (this.#start === undefined) return
    const settled = audioPositions - SETTLED_POSITIONS
    const open = rows.findIndex((row) => attendedPosition(row, positions, audioPositions) >= settled)
    const count = Math.min(open < 0 ? rows.length : open, Math.max(0, tokens.length - firstRow))
    this.#tokens = tokens.slice(0, Math.min(tokens.length, firstRow + count))
    this.#firstRow = firstRow
    this.#positions = positions
    this.#rows.length = 0
    for (const row of rows.slice(0, count)) this.#rows.push(row.slice())
  }

  forget(): void {
    this.#tokens = []
    this.#rows.length = 0
  }
}
