import { SAMPLE_RATE } from '../../core/sample-rate.js'
import type { Log } from '../../core/types.js'
import type { AudioLedger } from '../ledger/audio-ledger.js'

/** Tells of audio in which nothing was recognized. One for a stream. */
export class SkippedAudio {
  readonly #log: Log | undefined
  readonly #ledger: AudioLedger | undefined
  #warned = false

  constructor(log: Log | undefined, ledger: AudioLedger | undefined) {
    this.#log = log
    this.#ledger = ledger
  }

  /** Something was recognized: the next time that nothing is will be told again. */
  heardWords(): void {
    this.#warned = false
  }

  /** The first part of a full buffer goes; the log is told once in a row. Times are seconds of the stream. */
  dropFromFullBuffer(begin: number, end: number): void {
    if (!this.#warned) {
      this.#log?.warn(
        `nothing is recognized from ${begin.toFixed(1)} s on; audio before ${end.toFixed(1)} s is dropped`,
      )
    }
    this.#warned = true
    this.mark(begin, end, 'nothing was recognized in a full buffer')
  }

  /** The last samples of a stream, which came after its last update. */
  markTail(end: number, samples: number): void {
    if (samples > 0) this.mark(end - samples / SAMPLE_RATE, end, 'arrived after the last update')
  }

  /** Puts it into the ledger. */
  mark(begin: number, end: number, reason: string): void {
    this.#ledger?.mark(begin, end, 'skipped', reason)
  }
}
