/** How far a run with many recordings is. Times are seconds. */
export interface Tally {
  /** Recordings that are to be transcribed, without those that were done before. */
  readonly files: number
  /** Of these, those that are over, failed ones included. */
  readonly over: number
  readonly failed: number
  /** Audio that is recognized. */
  readonly recognizedSec: number
  /** Audio of all recordings; null: that of some is not known. */
  readonly totalSec: number | null
  /** Since the first was begun. */
  readonly elapsedSec: number
  /** Names of those that are under way. */
  readonly names: readonly string[]
}

/** Keeps count. */
export class Counts {
  readonly #files: number
  readonly #clock: () => number
  readonly #begin: number
  readonly #lengths = new Map<number, number>()
  readonly #positions = new Map<number, number>()
  readonly #underWay = new Map<number, string>()
  readonly #ended = new Set<number>()
  #failed = 0

  /** @param clock seconds */
  constructor(files: number, clock: () => number) {
    this.#files = files
    this.#clock = clock
    this.#begin = clock()
  }

  begin(place: number, name: string): void {
    this.#underWay.set(place, name)
  }

  /** How long a recording is, in seconds. */
  length(place: number, seconds: number): void {
    if (!this.#ended.has(place)) this.#lengths.set(place, seconds)
  }

  /** How far it is recognized, in seconds. */
  position(place: number, seconds: number): void {
    this.#positions.set(place, seconds)
  }

  /** How much of it is recognized, in seconds. */
  heardSec(place: number): number {
    return this.#positions.get(place) ?? 0
  }

  end(place: number, isFailed: boolean): void {
    this.#underWay.delete(place)
    this.#ended.add(place)
    if (isFailed) this.#failed++
    // What is left of a recording that failed is not waited for, and its real length is known now.
    this.#lengths.set(place, this.#positions.get(place) ?? 0)
  }

  tally(): Tally {
    const sum = (values: Iterable<number>) => [...values].reduce((total, value) => total + value, 0)
    return {
      files: this.#files,
      over: this.#ended.size,
      failed: this.#failed,
      recognizedSec: sum(this.#positions.values()),
      totalSec: this.#lengths.size === this.#files ? sum(this.#lengths.values()) : null,
      elapsedSec: this.#clock() - this.#begin,
      names: [...this.#underWay.values()],
    }
  }
}
