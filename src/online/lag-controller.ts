import type { Effort } from '../core/types.js'

/** Windows are halved, and not below this: shorter ones are cut so often that they cost more. Measured in docs/engine.md. */
const MIN_WINDOW_SEC = 8
/** A window that is hardly longer stays as it is. */
const MIN_GAIN = 1.5
/** Steps are doubled, up to this: lines come later by what is waited for. */
const MAX_STEP_SEC = 2
/** How many late updates it takes. One is a moment in which the machine did something else. */
const LATES = 2
/** An update that is so many times later than allowed counts as that many. */
const VERY_LATE = 2
/** Between many texts that are followed at once and one. */
const FEW_BEAMS = 2
/** Each text more costs at most so many times what following one costs, where drafts are checked. Measured in docs/engine.md. */
const BEAM_COST = 3
/** A longer window, or a shorter step, costs at most so many times as much. */
const OTHER_COST = 1.5
/** Updates that are late, each by so much less than the one before, are catching up. */
const CATCHING_UP = 0.8
/** Late updates are forgotten when recognition has been in time for so many seconds. */
const FORGOTTEN_AFTER_SEC = 10
/**
 * Recognition has time to spare when more effort would leave the lag at this share of the bound or less, and would take this
 * share of the time or less.
 */
const FULL_SHARE = 0.9
/** More is computed again after so many seconds with time to spare, ... */
const CALM_SEC = 10
/** ... twice as many each time that it turned out to be too soon, up to these. */
const MAX_CALM_SEC = 1280

/** An update that has ended. */
export interface UpdateReport {
  /** When it ended, in seconds of a clock that does not go back. */
  readonly endedAt: number
  /** Seconds that it took. */
  readonly computingSec: number
  /** Seconds of audio that had arrived and were not recognized when it ended. */
  readonly waitingSec: number
  /** Whether no other stream shares the model. */
  readonly isAlone: boolean
}

/** What a report made necessary; null: nothing. */
export type EffortChange = 'less' | 'more' | 'least' | null

/**
 * The efforts of a stream, from all that is configured to the least: first fewer texts are followed, then the window is halved,
 * then the step is doubled.
 *
 * An update takes all that has arrived. So the step of a slow stream grows by itself, as far as it must, and a longer one
 * would make it later. Streams that share a model are different: those that always compute wait for each other.
 *
 * @param full what is configured
 */
export function effortsBelow(full: Effort): readonly Effort[] {
  const efforts = [full]
  let { stepSec, windowSec } = full
  for (const beamSize of [FEW_BEAMS, 1]) {
    if (beamSize < beamsOf(full)) efforts.push({ ...full, beamSize })
  }
  const search = full.beamSize === undefined ? {} : { beamSize: 1 }
  while (windowSec > MIN_GAIN * MIN_WINDOW_SEC) {
    windowSec = Math.max(MIN_WINDOW_SEC, windowSec / 2)
    efforts.push({ stepSec, windowSec, ...search })
  }
  while (stepSec < MAX_STEP_SEC) {
    stepSec = Math.min(MAX_STEP_SEC, 2 * stepSec)
    efforts.push({ stepSec, windowSec, ...search })
  }
  return efforts
}

/**
 * Keeps the lag of a stream below a bound, by computing less when updates are late, and more when there has been time to
 * spare for long. It has no clock: whoever runs the updates tells when they ended, how long they took, and what had arrived.
 *
 * The lag is the audio that has arrived and is not recognized when an update ends. What a burst of the input brings is not
 * late before an update could have taken it, so the lag is never more than the time that the update took.
 */
export class LagController {
  readonly #maxLagSec: number
  readonly #efforts: readonly Effort[]
  /** Index of the effort. */
  #level = 0
  #lates = 0
  /** Whether what had piled up before the last change may still be waiting: it makes an update late, whatever that costs. */
  #isSettling = false
  #lastLate = { at: Number.NEGATIVE_INFINITY, lagSec: 0 }
  #lagSec = 0
  /** Since when there has been time to spare, and what was computed since. */
  #calmSince: number | null = null
  #busySec = 0
  #calmSec = CALM_SEC
  /** Until then it turns out whether more effort came too soon. */
  #trialUntil = Number.NEGATIVE_INFINITY
  #hasSaidLeast = false

  /**
   * @param maxLagSec the bound
   * @param efforts from the greatest to the least, at least one
   */
  constructor(maxLagSec: number, efforts: readonly Effort[]) {
    this.#maxLagSec = maxLagSec
    this.#efforts = efforts
  }

  /** What is computed now. */
  get effort(): Effort {
    return this.#efforts[this.#level]!
  }

  /** Whether that is all that is configured. */
  get isFull(): boolean {
    return this.#level === 0
  }

  /** The lag at the end of the last update, in seconds. */
  get lagSec(): number {
    return this.#lagSec
  }

  /** Takes note of an update, and says whether `effort` has changed: "less", "more". "least" is said once, and changes nothing. */
  updated({ endedAt, computingSec, waitingSec, isAlone }: UpdateReport): EffortChange {
    this.#lagSec = Math.min(waitingSec, computingSec)
    if (this.#lagSec > this.#maxLagSec) return this.#late(endedAt, isAlone)
    if (endedAt - this.#lastLate.at > FORGOTTEN_AFTER_SEC) this.#forgetLates()
    return this.#inTime(computingSec, endedAt)
  }

  #late(at: number, isAlone: boolean): EffortChange {
    const lagSec = this.#lagSec
    const isCatchingUp = lagSec < CATCHING_UP * this.#lastLate.lagSec
    const isSettling = this.#isSettling
    this.#isSettling = false
    this.#lastLate = { at, lagSec }
    this.#calmSince = null
    if (isCatchingUp || isSettling) return null
    this.#lates += lagSec > VERY_LATE * this.#maxLagSec ? VERY_LATE : 1
    if (this.#lates < LATES) return null
    this.#lates = 0
    if (at < this.#trialUntil) this.#calmSec = Math.min(MAX_CALM_SEC, 2 * this.#calmSec)
    this.#trialUntil = Number.NEGATIVE_INFINITY
    const next = this.#efforts[this.#level + 1]
    if (next && !(isAlone && next.stepSec > this.effort.stepSec)) {
      this.#level = this.#levelBelow(lagSec)
      this.#isSettling = true
      return 'less'
    }
    if (this.#hasSaidLeast) return null
    this.#hasSaidLeast = true
    return 'least'
  }

  #inTime(computingSec: number, endedAt: number): EffortChange {
    if (this.isFull && endedAt >= this.#trialUntil) this.#calmSec = CALM_SEC
    const spareShare = FULL_SHARE / this.#costOfMore()
    if (this.isFull || this.#lagSec > spareShare * this.#maxLagSec) {
      this.#calmSince = null
      return null
    }
    if (this.#calmSince === null) {
      this.#calmSince = endedAt
      this.#busySec = 0
      return null
    }
    this.#busySec += computingSec
    const calmSec = endedAt - this.#calmSince
    if (calmSec < this.#calmSec) return null
    const isIdle = this.#busySec <= spareShare * calmSec
    this.#calmSince = null
    if (!isIdle) return null
    this.#level--
    this.#trialUntil = endedAt + this.#calmSec
    this.#forgetLates()
    return 'more'
  }

  /** The level below, or as far below it as fewer texts have to be followed for the bound. */
  #levelBelow(lagSec: number): number {
    const now = beamCost(this.effort)
    let level = this.#level + 1
    for (; beamsOf(this.#efforts[level]!) > 1; level++) {
      if (lagSec * (beamCost(this.#efforts[level]!) / now) <= this.#maxLagSec) break
    }
    return level
  }

  /** How many times as much the effort above costs, at most. */
  #costOfMore(): number {
    const more = beamCost(this.#efforts[this.#level - 1] ?? this.effort) / beamCost(this.effort)
    return more === 1 ? OTHER_COST : more
  }

  #forgetLates(): void {
    this.#lates = 0
    this.#lastLate = { at: Number.NEGATIVE_INFINITY, lagSec: 0 }
  }
}

/** What following texts costs, where following one costs 1. */
function beamCost(effort: Effort): number {
  return 1 + BEAM_COST * (beamsOf(effort) - 1)
}

function beamsOf({ beamSize = 1 }: Effort): number {
  return beamSize
}
