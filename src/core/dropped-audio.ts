/** What is lost when recognizing fails; `types.ts` has it too. */

import type { Segment } from './types.js'

/** Audio that was dropped because recognition failed. */
export interface GivenUp {
  /** What was known of it already; null: nothing. */
  readonly segment: Segment | null
  /** Second of the stream from which on there is no text. */
  readonly begin: number
  /** Second of the stream at which text is possible again; equal to `begin` where nothing went. */
  readonly end: number
  /** Whether nothing was dropped because the audio will be transcribed again, in parts. */
  readonly inParts: boolean
  /** Stretches that were given up since something was recognized, this one among them. */
  readonly inARow: number
}

/** What goes on when recognizing fails. */
export interface Yielding {
  /**
   * Drops audio that cannot be recognized, after failures: what is known of it comes, confirmed or not, and the stream
   * goes on after it. Absent: `init` is called for the audio after it, and the audio since the last call that went well is lost.
   * @param reason for the ledger
   */
  giveUp?(reason: string): GivenUp
}
