import type { Log, Word } from '../../core/types.js'
import type { AudioLedger } from '../ledger/audio-ledger.js'

/**
 * What the hallucination filter of a stream leaves out: doubtful until the audio goes, since a later hypothesis may be
 * believed; then it is in the ledger, and counted.
 */
export class LeftOut {
  readonly #log: Log | undefined
  readonly #ledger: AudioLedger | undefined
  /** Absolute seconds. */
  #doubtful: readonly Word[] = []
  #reason = ''
  #count = 0

  constructor(log: Log | undefined, ledger: AudioLedger | undefined) {
    this.#log = log
    this.#ledger = ledger
  }

  /** Words of the last hypothesis that are not believed, in place of those of the one before. */
  doubt(words: readonly Word[], offset: number, reason: string | null): void {
    this.#doubtful = words.map((word) => ({ ...word, begin: word.begin + offset, end: word.end + offset }))
    if (reason !== null) this.#reason = reason
  }

  /** Audio before a time goes: what was not believed there is left out for good. */
  settle(time: number, committed: readonly Word[]): void {
    const gone = this.#doubtful.filter(({ begin }) => begin < time)
    this.#doubtful = this.#doubtful.slice(gone.length)
    this.#count += gone.length
    for (const { begin, end } of gone) {
      if (committed.some((word) => word.begin < end && begin < word.end)) continue
      this.#ledger?.mark(begin, end, 'skipped', `words that were probably made up: ${this.#reason}`)
    }
  }

  /** Says how much was left out, at the end of the stream. */
  tell(): void {
    const count = this.#count
    this.#count = 0
    if (count === 0) return
    const what = count === 1 ? '1 word is left out that was' : `${count} words are left out that were`
    this.#log?.warn(`${what} probably made up by the model; --no-hallucination-filter keeps them`)
  }
}
