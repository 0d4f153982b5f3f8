import type { Clock } from '../../core/types.js'

/** A stream may be so far ahead of the pace of speech: what was recorded before it connected, or a short file. */
const BURST_SEC = 30
/** A stream from which audio came in the last seconds is alive. */
const ALIVE_SEC = 3
/** How often a stream that waits looks whether it still has to. */
const LOOK_SEC = 0.5

/** One stream among those that share a model. */
export interface SharingStream {
  /** Called when audio arrives. */
  arrived(): void
  /** Called with the seconds of audio consumed so far. */
  consumed(seconds: number): void
  /** Resolves when the stream may go on, or the signal is aborted. */
  turn(signal: AbortSignal): Promise<void>
  leave(): void
}

/**
 * Keeps streams that come faster than speech, as files do, from slowing down those that are being spoken: when there are
 * both, nobody is served faster than speech for long. Among themselves files may be as fast as they can.
 */
export class FairShare {
  readonly #clock: Clock
  readonly #streams = new Set<Stream>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  join(): SharingStream {
    const stream = new Stream(this.#clock, (self) =>
      [...this.#streams].some((other) => other !== self && other.isAlive && !other.isAhead),
    )
    this.#streams.add(stream)
    return Object.assign(stream, { leave: () => void this.#streams.delete(stream) })
  }
}

class Stream {
  readonly #clock: Clock
  readonly #isWaitedFor: (self: Stream) => boolean
  readonly #beganAt: number
  #arrivedAt = Number.NEGATIVE_INFINITY
  #consumedSec = 0

  constructor(clock: Clock, isWaitedFor: (self: Stream) => boolean) {
    this.#clock = clock
    this.#isWaitedFor = isWaitedFor
    this.#beganAt = clock.now()
  }

  get isAhead(): boolean {
    return this.#consumedSec - (this.#clock.now() - this.#beganAt) > BURST_SEC
  }

  get isAlive(): boolean {
    return this.#clock.now() - this.#arrivedAt < ALIVE_SEC
  }

  arrived(): void {
    this.#arrivedAt = this.#clock.now()
  }

  consumed(seconds: number): void {
    this.#consumedSec = seconds
  }

  async turn(signal: AbortSignal): Promise<void> {
    while (!signal.aborted && this.isAhead && this.#isWaitedFor(this)) {
      await this.#clock.sleep(LOOK_SEC, signal).catch(() => undefined)
    }
  }
}
