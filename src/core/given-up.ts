/** What is lost when recognising fails; `types.ts` has it too. */

import type { Segment } from './types.js'

/** Audio that was let go because recognising it failed. */
export interface GivenUp {
  /** What was known of it already; null: nothing. */
  readonly segment: Segment | null
  /** What has no text, in seconds of the stream; empty where nothing went. */
  readonly begin: number
  readonly end: number
  /** Whether nothing went because it is going to be heard again, in parts. */
  readonly inParts: boolean
  /** Stretches that were given up since something was recognised, this one among them. */
  readonly inARow: number
}

/** What goes on when recognising fails. */
export interface Yielding {
  /**
   * Lets go of audio that cannot be recognised, after failures: what is known of it comes, confirmed or not, and the stream
   * goes on behind it. Absent: a failure that does not pass ends the stream.
   * @param reason for the account
   */
  giveUp?(reason: string): GivenUp
}
