/** What happens when recognizing fails in the middle of a stream. */

import { type AsrStreamError, asUnexpectedError, UnexpectedError } from '../core/errors.js'
import type { ASRProcessor, GivenUp, Log, Segment } from '../core/types.js'

/** Failures in a row before audio is dropped, or the stream ends: what was a passing trouble is mended by the next update. */
const MAX_FAILURES = 2
/** Stretches dropped in a row after which the recognizer is taken to fail on everything. */
const MAX_STRETCHES = 3

/** Audio without text, because recognizing it failed. Seconds of the stream. */
export interface Gap {
  readonly begin: number
  readonly end: number
  /** What went wrong, in one line. */
  readonly reason: string
}

/** Where failures are reported. */
export interface GuardOptions {
  readonly onGap?: ((gap: Gap) => void) | undefined
  readonly log?: Log | undefined
  /** Waits for what the processor does; absent: for as long as that takes. */
  readonly wait?: Waiting | undefined
}

/**
 * Waits for what a backend does, perhaps not for ever.
 * @param what what it has done when it is through, a participle: "recognized"
 */
export type Waiting = <Value>(work: Promise<Value>, what: string) => Promise<Value>

const forEver: Waiting = (work) => work

/** A processor whose failures cost as little as they can. */
export interface GuardedProcessor {
  /** One update; null: nothing new, or a failure that may pass. */
  update(signal?: AbortSignal): Promise<Segment | null>
  /** Ends what is being said. Text that is known before audio is dropped comes first. */
  finish(signal?: AbortSignal): AsyncGenerator<Segment, void, undefined>
  /** Whether it failed last time: then it waits for the next audio. */
  isFailing(): boolean
  /** Gives the last known text. Errors here are ignored, so that the first one is reported. */
  flush(signal?: AbortSignal): AsyncGenerator<Segment, void, undefined>
  /** @throws what failed, when all audio had to be dropped */
  throwIfNothingCame(): void
  /** Releases the processor; again: nothing more. */
  close(): Promise<void>
}

/**
 * Guards a stream against failures. One that passes costs nothing: the audio is transcribed again. One that does not and that
 * nobody foresaw costs the audio that it comes of. Any other, and one that comes of any audio, ends the stream.
 */
export function guard(processor: ASRProcessor, { wait = forEver, ...told }: GuardOptions): GuardedProcessor {
  let failures = 0
  let failure: AsrStreamError | null = null
  let hasText = false
  let closing: Promise<void> | null = null
  const gaps = gapReport(told)
  const noted = (segment: Segment | null) => {
    hasText ||= segment !== null
    return segment
  }
  /** @throws the error, when letting audio go is no help */
  const dropAudio = (error: AsrStreamError): Attempt => {
    const givenUp = error instanceof UnexpectedError ? processor.giveUp?.(error.message) : undefined
    if (!givenUp || !isHelp(givenUp)) throw error
    failures = 0
    if (!givenUp.inParts) {
      gaps.add(givenUp, error)
      failure = error
    }
    return { segment: noted(givenUp.segment), isAgain: true }
  }
  const attempt = async (work: () => Promise<Segment | null>, signal: AbortSignal | undefined): Promise<Attempt> => {
    try {
      const segment = noted(await work())
      failures = 0
      return { segment, isAgain: false }
    } catch (cause) {
      const error = asUnexpectedError('recognition failed', cause)
      if (signal?.aborted) throw error
      if (++failures >= MAX_FAILURES) return dropAudio(error)
      told.log?.info(`${error.message}; the audio is transcribed again`)
      return { segment: null, isAgain: true }
    }
  }
  async function* finish(signal?: AbortSignal): AsyncGenerator<Segment, void, undefined> {
    for (let isOver = false; !isOver; ) {
      const { segment, isAgain } = await attempt(() => wait(processor.finish(signal), 'recognized the end'), signal)
      if (segment) yield segment
      isOver = !isAgain
    }
  }
  const close = async () => {
    gaps.sum()
    // After a failure it may fail as well, but the first one is reported.
    const closed = wait(processor.close?.() ?? Promise.resolve(), 'closed')
    await closed.catch((error) => (failures >= MAX_FAILURES ? undefined : Promise.reject(error)))
  }
  return {
    finish,
    async update(signal) {
      const { segment } = await attempt(() => wait(processor.processIter(signal), 'recognized an update'), signal)
      return segment
    },
    isFailing: () => failures > 0,
    async *flush(signal) {
      let isWhole = failures < MAX_FAILURES
      try {
        if (isWhole) yield* finish(signal)
      } catch {
        isWhole = false
      }
      const rest = isWhole
        ? null
        : await wait(processor.finish(AbortSignal.abort()), 'given its text').catch(() => null)
      if (rest) yield rest
    },
    throwIfNothingCame() {
      if (failure && !hasText) throw failure
    },
    close() {
      closing ??= close()
      return closing
    },
  }
}

interface Attempt {
  readonly segment: Segment | null
  /** Whether there is more to do of the same. */
  readonly isAgain: boolean
}

function isHelp({ begin, end, inParts, inARow }: GivenUp): boolean {
  return inParts || (end > begin && inARow < MAX_STRETCHES)
}

/** Says the first time what was lost, and at the end how much it was in all: a warning, not a flood. */
function gapReport({ log, onGap }: GuardOptions) {
  let [count, total] = [0, 0]
  return {
    add({ begin, end }: GivenUp, error: AsrStreamError) {
      count++
      total += end - begin
      const reason = error.message
      onGap?.({ begin, end, reason })
      const where = `${(end - begin).toFixed(1)} s of audio from ${begin.toFixed(1)} s on are left out: ${reason}`
      if (count > 1) log?.debug(where)
      else log?.warn(`${where}; please report this to the author of the backend, with the output of --log-level debug`)
      if (error.cause instanceof Error) log?.debug(error.cause.stack ?? '')
      else if (typeof error.cause === 'string') log?.debug(error.cause)
    },
    sum() {
      if (count > 1)
        log?.warn(`recognition failed in ${count} places: ${total.toFixed(1)} s of audio were left out in all`)
    },
  }
}
