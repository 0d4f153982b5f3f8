import type { StreamLedger } from '../../core/events.js'
import { SAMPLE_RATE } from '../../core/sample-rate.js'

/** Less is no part of what was said. */
const MIN_MISSING_SEC = 0.1

/** Audio of a client that is not in its text, because the time that stopping allows was over. */
export interface CutOff {
  /** Second of its audio at which the text ends. */
  readonly untilSec: number
  /** Seconds after that which are known to have come. */
  readonly missingSec: number
}

/** How far the text of a client goes when the server is stopped. */
export class TextReach {
  #brokenOffAtSec: number | null = null
  /** Whether its client was ahead when the server was stopped: more has come than was taken. */
  wasAhead = false

  /** Recognition was broken off, for want of time. @param beginSec second of the audio where this part of it begins */
  brokenOff(ledger: StreamLedger | null, beginSec = 0): void {
    this.#brokenOffAtSec ??= beginSec + (ledger ? settledSec(ledger) : 0)
  }

  /** What is missing, of audio of which so much was taken in, and so much is known to have been sent; null: nothing. */
  cutOff(takenSec: number, sentSec: number): CutOff | null {
    if (this.#brokenOffAtSec === null && !this.wasAhead) return null
    const untilSec = this.#brokenOffAtSec ?? takenSec
    const missingSec = sentSec - untilSec
    return missingSec < MIN_MISSING_SEC ? null : { untilSec, missingSec }
  }
}

/** Second up to which it is known what became of the audio of a stream. */
function settledSec({ entries }: StreamLedger): number {
  const samples = entries.findLast(({ disposition }) => disposition !== 'skipped')?.end ?? 0
  return samples / SAMPLE_RATE
}

/** What the client is told, and what it can do. */
export function toldCutOff(cutOff: CutOff): string {
  return `the server is being stopped: ${whatIsMissing(cutOff)}; send it again from there, when the server is back`
}

/** What the operator is told. */
export function warnedCutOff(cutOff: CutOff): string {
  return `stopped before all of its audio was recognized: ${whatIsMissing(cutOff)}; its client is told so`
}

function whatIsMissing({ untilSec, missingSec }: CutOff): string {
  return `the text ends at ${untilSec.toFixed(1)} s, and at least ${missingSec.toFixed(1)} s of audio after that are not in it`
}
