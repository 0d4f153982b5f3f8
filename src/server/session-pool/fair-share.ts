import type { Clock } from '../../core/types.js'

/** A stream may be so far ahead of the pace of speech: what was recorded before it connected, or a short file. */
const BURST_SEC = 30
/** A stream from which audio came in the last seconds is alive. */
const ALIVE_SEC = 3
/** How often a stream that waits looks whether it still has to. */
const LOOK_SEC = 0.1

/** So much waits of a stream that comes faster than it is recognized, and is asked to wait; it cannot be done in time anyway. */
const FULL_SEC = 9
/** Less waits of nobody who need be waited for. */
const NOTHING_SEC = 0.05

/** One stream among those that share a model. */
export interface SharingStream {
  /** Called when audio arrives, with the seconds of it. */
  arrived(seconds: number): void
  /** Called with the seconds of audio consumed so far. */
  consumed(seconds: number): void
  /** Resolves when the stream may go on, or the signal is aborted. */
  turn(signal: AbortSignal): Promise<void>
  leave(): void
}

/**
 * Keeps streams that come faster than speech, as files do, from slowing down those that are being spoken: when there are
 * both, nobody is served faster than speech for long. Among themselves files may be as fast as they can. When the server is
 * stopped, and the time is short, those go first of whom all can be recognized: those that are being spoken.
 */
export class FairShare {
  readonly #clock: Clock
  readonly #streams = new Set<Stream>()
  readonly #stop: AbortSignal | undefined

  /** @param stop aborted when nothing more is listened to; absent: never */
  constructor(clock: Clock, stop?: AbortSignal) {
    this.#clock = clock
    this.#stop = stop
  }

  join(): SharingStream {
    const stream = new Stream(this.#clock, (self) => this.#isHeld(self))
    this.#streams.add(stream)
    return Object.assign(stream, { leave: () => void this.#streams.delete(stream) })
  }

  #isHeld(self: Stream): boolean {
    const others = [...this.#streams].filter((other) => other !== self)
    if (!this.#stop?.aborted) return self.isAhead && others.some((other) => other.isAlive && !other.isAhead)
    return (
      self.waitingSec >= FULL_SEC && others.some(({ waitingSec }) => waitingSec > NOTHING_SEC && waitingSec < FULL_SEC)
    )
  }
}

class Stream {
  readonly #clock: Clock
  readonly #isHeld: (self: Stream) => boolean
  readonly #beganAt: number
  #arrivedAt = Number.NEGATIVE_INFINITY
  #arrivedSec = 0
  #consumedSec = 0

  constructor(clock: Clock, isHeld: (self: Stream) => boolean) {
    this.#clock = clock
    this.#isHeld = isHeld
    this.#beganAt = clock.now()
  }

  get isAhead(): boolean {
    return this.#consumedSec - (this.#clock.now() - this.#beganAt) > BURST_SEC
  }

  get isAlive(): boolean {
    return this.#clock.now() - this.#arrivedAt < ALIVE_SEC
  }

  /** Seconds that have arrived and were not consumed. */
  get waitingSec(): number {
    return this.#arrivedSec - this.#consumedSec
  }

  arrived(seconds: number): void {
    this.#arrivedSec += seconds
    this.#arrivedAt = this.#clock.now()
  }

  consumed(seconds: number): void {
    this.#consumedSec = seconds
  }

  async turn(signal: AbortSignal): Promise<void> {
    while (!signal.aborted && this.#isHeld(this)) {
      await this.#clock.sleep(LOOK_SEC, signal).catch(() => undefined)
    }
  }
}
