import type { LedgerLift } from '../../core/events.js'
import { SAMPLE_RATE } from '../../core/sample-rate.js'
import type { Disposition, LedgerEntry, LedgerSum, Word } from '../../core/types.js'

/** Nobody pauses for longer inside of what is said: more without words had sound, and no text came of it. */
const MAX_BETWEEN_SEC = 2

/**
 * The ledger of a stream: each sample that was received gets one disposition, in the order of the stream.
 *
 * It walks forward: whoever settles audio says up to where. What is known of audio ahead is marked, and takes effect when
 * the walk gets there.
 */
export class AudioLedger {
  #origin = 0
  #received = 0
  #settled = 0
  #marks: LedgerEntry[] = []
  #wordsInUtterance = false
  readonly #sums = new Map<string, { readonly disposition: Disposition; readonly reason: string; samples: number }>()
  readonly #entries: LedgerEntry[] = []
  readonly #lifts: LedgerLift[] = []

  /** Samples that have arrived. */
  get receivedSamples(): number {
    return this.#received
  }

  /** Samples whose disposition is settled. */
  get settledSamples(): number {
    return this.#settled
  }

  /** The dispositions in order; words and the audio between them are one entry for each utterance, `words`. */
  get entries(): readonly LedgerEntry[] {
    return this.#entries
  }

  /** The stretches of quiet speech that were made louder, in order. */
  get lifts(): readonly LedgerLift[] {
    return this.#lifts
  }

  /** How many samples have which disposition. */
  sums(): readonly LedgerSum[] {
    return [...this.#sums.values()].map((sum) => ({ ...sum }))
  }

  /** The stream begins, or goes on, at a time in seconds; what is missing before it was left out for a reason. */
  begin(time: number, reason: string): void {
    if (this.#received === 0) this.#origin = Math.round(time * SAMPLE_RATE)
    const missing = this.#position(time) - this.#received
    if (missing <= 0) return
    this.#received += missing
    this.#walk(this.#received, 'skipped', reason)
  }

  /** Audio has arrived. */
  receive(samples: number): void {
    this.#received += samples
  }

  /** Remembers what audio ahead will turn out to be, whatever lies around it. Seconds of the stream. */
  mark(begin: number, end: number, disposition: 'silent' | 'skipped', reason = ''): void {
    this.#marks.push({ begin: this.#position(begin), end: this.#position(end), disposition, reason })
    this.#marks.sort((a, b) => a.begin - b.begin)
  }

  /** Audio was made louder before recognition, by so many decibels at most. Seconds of the stream. */
  lift(begin: number, end: number, gainDb: number): void {
    this.#lifts.push({ begin: this.#position(begin), end: this.#position(end), gainDb })
  }

  /** Words of the current utterance were committed. */
  commit(words: readonly Word[]): void {
    for (const { begin, end } of words) {
      const isBetween = this.#wordsInUtterance && this.#position(begin) - this.#settled <= MAX_BETWEEN_SEC * SAMPLE_RATE
      this.#walk(this.#position(begin), isBetween ? 'between' : 'noText')
      this.#walk(this.#position(end), 'words')
      this.#wordsInUtterance = true
    }
  }

  /** An utterance ended at a time in seconds: no more words come of it. */
  endUtterance(until: number): void {
    this.#walk(this.#position(until), 'noText')
    this.#wordsInUtterance = false
  }

  /** Audio up to a time was not handed on: it is no speech, or it was lost for a reason. */
  drop(until: number, lost?: string): void {
    this.#walk(this.#position(until), lost === undefined ? 'silent' : 'skipped', lost)
  }

  /** The stream is over: what is not settled was skipped. */
  close(reason: string): void {
    this.#walk(this.#received, 'skipped', reason)
  }

  #position(time: number): number {
    return Math.round(time * SAMPLE_RATE) - this.#origin
  }

  #walk(to: number, disposition: Disposition, reason = ''): void {
    const end = Math.min(to, this.#received)
    while (this.#settled < end) {
      this.#marks = this.#marks.filter((mark) => mark.end > this.#settled)
      const [mark] = this.#marks
      if (!mark || mark.begin >= end) this.#settle(end, disposition, reason)
      else if (mark.begin > this.#settled) this.#settle(mark.begin, disposition, reason)
      else this.#settle(Math.min(mark.end, this.#received), mark.disposition, mark.reason)
    }
  }

  #settle(end: number, disposition: Disposition, reason: string): void {
    const samples = end - this.#settled
    const key = `${disposition} ${reason}`
    const sum = this.#sums.get(key) ?? { disposition, reason, samples: 0 }
    sum.samples += samples
    this.#sums.set(key, sum)
    const entry = {
      begin: this.#settled,
      end,
      disposition: disposition === 'between' ? 'words' : disposition,
      reason,
    } as const
    const last = this.#entries.at(-1)
    if (last?.disposition === entry.disposition && last.reason === reason) this.#entries.splice(-1, 1, { ...last, end })
    else this.#entries.push(entry)
    this.#settled = end
  }
}
