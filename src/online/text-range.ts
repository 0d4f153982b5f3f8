import { SAMPLE_RATE } from '../core/sample-rate.js'
import type { Segment } from '../core/types.js'

/** Times waver; what lies further outside is a mistake of a processor. */
const FAR_SEC = 1

type Timed = Pick<Segment, 'begin' | 'end'>

/** Where the text of a processor may lie: behind what it has said, and before the end of the audio that it was given. */
export class TextRange {
  readonly #onFarOff: (what: string) => void
  #saidSec = Number.NEGATIVE_INFINITY
  #heardSec = 0

  /** @param onFarOff called with a description of times that are far off */
  constructor(onFarOff: (what: string) => void) {
    this.#onFarOff = onFarOff
  }

  /** Second up to which audio was given. */
  get heardSec(): number {
    return this.#heardSec
  }

  /** A stream begins, or goes on, at a second; one that goes on never goes back. */
  goesOnAt(offsetSec: number): void {
    if (offsetSec < this.#heardSec) this.#saidSec = Number.NEGATIVE_INFINITY
    this.#heardSec = offsetSec
  }

  /** Audio was given, in samples. */
  heard(samples: number): void {
    this.#heardSec += samples / SAMPLE_RATE
  }

  /** Final text, behind the final text before it. */
  final(segment: Segment): Segment {
    const placed = this.placed(segment, this.#saidSec)
    this.#saidSec = Math.max(this.#saidSec, placed.end)
    return placed
  }

  /** Text in its audio, not before a time; none of it ends before it begins. */
  placed(segment: Segment, earliestSec = Number.NEGATIVE_INFINITY): Segment {
    const { begin, end } = segment
    const isAhead = Math.max(begin, end) > this.#heardSec + FAR_SEC
    const lies = `text from ${begin.toFixed(1)} to ${end.toFixed(1)} s`
    if (isAhead) this.#onFarOff(`${lies}, and has had audio up to ${this.#heardSec.toFixed(1)} s`)
    else if (begin < earliestSec - FAR_SEC)
      this.#onFarOff(`${lies}, and has given text up to ${earliestSec.toFixed(1)} s`)
    const latest = isAhead ? Math.max(this.#heardSec, earliestSec) : Number.POSITIVE_INFINITY
    let from = earliestSec
    const inside = <Placed extends Timed>(timed: Placed): Placed => {
      const placed = { begin: Math.min(Math.max(timed.begin, from), latest), end: Math.min(timed.end, latest) }
      from = placed.begin
      return { ...timed, begin: placed.begin, end: Math.max(placed.end, placed.begin) }
    }
    return { ...inside(segment), words: segment.words.map(inside) }
  }
}
