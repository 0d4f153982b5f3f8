import type { TranscriptEvent } from '../../core/events.js'
import type { Segment } from '../../core/types.js'

/** Final text with the times of its emission, in seconds of the recording. */
export interface EmittedSegment {
  readonly segment: Segment
  /** As if computing took no time. */
  readonly emittedSec: number
  /** With the time that computing took, where updates wait for each other. */
  readonly awareSec: number
}

/** Text that was shown. Final text stays; partial text replaces the partial text before it. */
export interface ShownText {
  /** Seconds of audio that had been taken. */
  readonly atSec: number
  readonly isFinal: boolean
  readonly text: string
}

/** The cost of an update. */
export interface UpdateCost {
  /** Seconds of audio that had been taken. */
  readonly takenSec: number
  readonly computingSec: number
}

/** What the program made of a recording, as far as it is measured. */
export interface TranscriptRun {
  /** Joins texts of segments. */
  readonly separator: string
  /** Seconds of audio that were taken. */
  readonly heardSec: number
  readonly finals: readonly EmittedSegment[]
  /** Everything that was shown, in order. */
  readonly shown: readonly ShownText[]
  readonly updates: readonly UpdateCost[]
  /** Seconds of computing, loading not included. */
  readonly computingSec: number
}

/** How a run was paced: "realtime" times have computing in them already. */
export type RunPace = 'fast' | 'offline' | 'realtime'

/** Collects what is measured from the events of a stream. */
export class RunCollector {
  readonly #separator: string
  readonly #pace: RunPace
  readonly #finals: EmittedSegment[] = []
  readonly #shown: ShownText[] = []
  readonly #updates: UpdateCost[] = []
  /** Final text whose computing is not told yet. */
  #waiting: { readonly segment: Segment; readonly emittedSec: number; readonly clockSec: number }[] = []
  #takenSec = 0
  #computingSec = 0
  /** When a machine that computes updates one after the other would be done. */
  #busyUntil = 0

  constructor(separator: string, pace: RunPace) {
    this.#separator = separator
    this.#pace = pace
  }

  /** Takes the next event. */
  take(event: TranscriptEvent): void {
    if (event.type === 'text-final') {
      const { segment, emittedAt } = event
      const emittedSec = this.#pace === 'fast' ? emittedAt : this.#takenSec
      this.#waiting.push({ segment, emittedSec, clockSec: emittedAt })
      this.#shown.push({ atSec: emittedSec, isFinal: true, text: segment.text })
    } else if (event.type === 'text-partial') {
      this.#shown.push({ atSec: this.#takenSec, isFinal: false, text: event.segment?.text ?? '' })
    } else if (event.type === 'progress') this.#progress(event.takenSec, event.computingSec)
    else if (event.type === 'end') this.#settle()
  }

  /** What has been collected. */
  run(): TranscriptRun {
    this.#settle()
    return {
      separator: this.#separator,
      heardSec: this.#takenSec,
      finals: this.#finals,
      shown: this.#shown,
      updates: this.#updates,
      computingSec: this.#computingSec,
    }
  }

  #progress(takenSec: number, computingSec: number): void {
    const spent = computingSec - this.#computingSec
    if (spent > 0) {
      this.#busyUntil = Math.max(this.#busyUntil, this.#takenSec) + spent
      const last = this.#updates.at(-1)
      if (last?.takenSec === this.#takenSec) {
        this.#updates[this.#updates.length - 1] = { ...last, computingSec: last.computingSec + spent }
      } else this.#updates.push({ takenSec: this.#takenSec, computingSec: spent })
      this.#computingSec = computingSec
      this.#settle()
    }
    this.#takenSec = takenSec
  }

  /** Audio that is taken is computed before more is: what waits was emitted when that was done. */
  #settle(): void {
    for (const { segment, emittedSec, clockSec } of this.#waiting) {
      const awareSec = this.#pace === 'realtime' ? clockSec : Math.max(this.#busyUntil, emittedSec)
      this.#finals.push({ segment, emittedSec, awareSec })
    }
    this.#waiting = []
  }
}
