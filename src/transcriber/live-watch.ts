import type { Log } from '../core/types.js'
import type { ComputingWatch, WatchedComputing } from './computing-watch.js'
import type { Waiting } from './retry-guard.js'
import { DRAIN_SEC } from './shutdown.js'

/** An update of live audio that takes so long, and so many times the audio that is new in it, may never be done. */
const LATE_SEC = 30
const LATE_FACTOR = 10
/** What is told to end has this long to do so. */
const HEED_SEC = 1
/** Less audio without text is not told of. */
const MIN_TOLD_SEC = 1

/** Whose live stream is watched. */
export interface LiveWatchOptions {
  /** Name of the backend. */
  readonly backend: string
  readonly log: Log
  /** Ends the stream. */
  readonly ended: AbortSignal
  /** Ends listening; absent: nothing does. */
  readonly stop?: AbortSignal | undefined
}

/**
 * Watches the backend of a live stream, whose promise may never settle: the audio goes on, and nobody would know why there is
 * no text any more. It is waited for until somebody ends the stream, as the backend may be slow only.
 */
export class LiveWatch implements ComputingWatch {
  readonly #options: LiveWatchOptions
  #isLateTold = false

  constructor(options: LiveWatchOptions) {
    this.#options = options
  }

  /** Waits for the backend; once the stream has ended, not much longer. */
  readonly wait: Waiting = async (work) => {
    const { ended, stop } = this.#options
    let leave = () => {}
    const timers: NodeJS.Timeout[] = []
    const never = new Promise<never>((_, reject) => {
      leave = () => void timers.push(setTimeout(() => reject(ended.reason), 1000 * HEED_SEC))
    })
    // With nothing left that keeps it, the process would end before the stream does, and take the last text with it.
    const stay = () => void timers.push(setTimeout(() => {}, 1000 * (DRAIN_SEC + HEED_SEC)))
    const listeners = [
      [ended, leave],
      [stop, stay],
    ] as const
    for (const [signal, listener] of listeners) {
      if (signal?.aborted) listener()
      else signal?.addEventListener('abort', listener, { once: true })
    }
    try {
      return await Promise.race([work, never])
    } finally {
      for (const [signal, listener] of listeners) signal?.removeEventListener('abort', listener)
      for (const timer of timers) clearTimeout(timer)
    }
  }

  /** Watches an update, and tells once when it is late, and when the stream ends before it is done. */
  during(unheardSec: () => number): WatchedComputing {
    const { backend, log, ended } = this.#options
    const newSec = unheardSec()
    const sec = Math.max(LATE_SEC, Math.ceil(LATE_FACTOR * newSec))
    const late = setTimeout(() => {
      if (this.#isLateTold) return
      this.#isLateTold = true
      log.warn(
        `the backend "${backend}" has not answered for ${sec} s, with ${newSec.toFixed(1)} s of new audio: there is no text until it does; if it is only slow, a smaller model helps`,
      )
    }, 1000 * sec)
    // A program with nothing else to wait for is at its end.
    late.unref()
    const tellEnd = () => {
      const leftSec = unheardSec()
      if (leftSec < MIN_TOLD_SEC) return
      log.warn(
        `the last ${leftSec.toFixed(1)} s of audio are not in the text: the backend "${backend}" has not recognized them`,
      )
    }
    ended.addEventListener('abort', tellEnd, { once: true })
    return {
      goesOn: () => void late.refresh(),
      end() {
        clearTimeout(late)
        ended.removeEventListener('abort', tellEnd)
      },
    }
  }
}
