import type { Log, Word } from '../../core/types.js'
import type { AudioLedger } from '../ledger/audio-ledger.js'
import type { UnsaidWord } from './hallucination-filter.js'

/**
 * What is left out of a stream: words that a hypothesis has and that are not believed, or start after the end of the audio.
 * Until the audio goes a later hypothesis may be believed, or reach them; then what was made up is in the ledger, and all of
 * them are counted.
 */
export class LeftOut {
  readonly #log: Log | undefined
  readonly #ledger: AudioLedger | undefined
  /** Absolute seconds. */
  #doubtful: readonly UnsaidWord[] = []
  #reason = ''
  #count = 0
  #countAfterEnd = 0

  constructor(log: Log | undefined, ledger: AudioLedger | undefined) {
    this.#log = log
    this.#ledger = ledger
  }

  /** Words of the last hypothesis that are not believed, in place of those of the one before. */
  doubt(words: readonly UnsaidWord[], offset: number, reason: string | null): void {
    this.#doubtful = words.map((word) => ({ ...word, begin: word.begin + offset, end: word.end + offset }))
    if (reason !== null) this.#reason = reason
  }

  /** Audio before a time goes: what was not believed there is left out for good. */
  settle(time: number, committed: readonly Word[]): void {
    const gone = this.#doubtful.filter(({ begin }) => begin < time)
    this.#doubtful = this.#doubtful.slice(gone.length)
    const madeUp = gone.filter(({ isAfterEnd = false }) => !isAfterEnd)
    this.#count += madeUp.length
    this.#countAfterEnd += gone.length - madeUp.length
    for (const { begin, end } of madeUp) {
      if (committed.some((word) => word.begin < end && begin < word.end)) continue
      this.#ledger?.mark(begin, end, 'skipped', `words that were probably made up: ${this.#reason}`)
    }
  }

  /** Says how much was left out, at the end of the stream. */
  tell(): void {
    const [count, late] = [this.#count, this.#countAfterEnd]
    this.#count = 0
    this.#countAfterEnd = 0
    const leftOut = (words: number) => (words === 1 ? '1 word is left out that' : `${words} words are left out that`)
    const were = count === 1 ? 'was' : 'were'
    if (count > 0)
      this.#log?.warn(`${leftOut(count)} ${were} probably made up by the model; --no-hallucination-filter keeps them`)
    if (late > 0) {
      const rule = 'the backend must give times in seconds from the start of the audio'
      this.#log?.warn(`${leftOut(late)} ${late === 1 ? 'starts' : 'start'} after the end of the audio; ${rule}`)
    }
  }
}
