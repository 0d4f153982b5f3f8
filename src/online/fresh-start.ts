import type { ASRProcessor, GivenUp, Segment } from '../core/types.js'

/**
 * What a processor that cannot give audio up does instead: it begins anew behind the audio that it fails on. Text that was
 * not final becomes so, and the audio since then is lost.
 */
export class FreshStart {
  readonly #processor: Pick<ASRProcessor, 'init'>
  /** Second up to which there was audio when it last went well. */
  #soundSec = 0
  #unconfirmed: Segment | null = null
  #inARow = 0

  constructor(processor: Pick<ASRProcessor, 'init'>) {
    this.#processor = processor
  }

  /** A stream begins, or goes on, at a second. */
  begins(offsetSec: number): void {
    this.#soundSec = offsetSec
    this.#unconfirmed = null
  }

  /** It did what it was asked to, having had audio up to a second. */
  wentWell(heardSec: number): void {
    this.#soundSec = heardSec
    this.#unconfirmed = null
    this.#inARow = 0
  }

  /** Text that is not final yet. */
  mayBecomeFinal(segment: Segment | null): void {
    if (segment !== null) this.#unconfirmed = segment
  }

  /** As `ASRProcessor.giveUp`. @throws whatever the processor throws when it begins anew */
  giveUp(heardSec: number): GivenUp {
    const [segment, begin] = [this.#unconfirmed, this.#soundSec]
    this.#processor.init(heardSec)
    this.begins(heardSec)
    return { segment, begin, end: heardSec, inParts: false, inARow: ++this.#inARow }
  }
}
