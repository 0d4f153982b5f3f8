import { setTimeout } from 'node:timers/promises'

/** Tries after the first one. */
const REPETITIONS = 4

/** How something is repeated. */
export interface HubRetryOptions {
  readonly signal?: AbortSignal | undefined
  /** Wait before the first repetition; each further one waits twice as long. */
  readonly retrySec: number
  /** Whether a failure may pass. */
  readonly isPassing: (error: unknown) => boolean
  /** Called before each wait. */
  readonly onRetry: (error: unknown, waitSec: number) => void
  /** Waits; absent: in real time. */
  readonly sleep?: (seconds: number, signal?: AbortSignal) => Promise<void>
}

/**
 * Does something that may fail in passing, again after growing waits.
 * @param act gets a function that says that it came further, after which all repetitions are there again
 * @throws the last failure; the signal's reason when aborted
 */
export async function withRetries<Result>(
  act: (cameFurther: () => void) => Promise<Result>,
  { signal, retrySec, isPassing, onRetry, sleep = reallySleep }: HubRetryOptions,
): Promise<Result> {
  for (let failures = 0; ; failures++) {
    try {
      return await act(() => {
        failures = 0
      })
    } catch (error) {
      signal?.throwIfAborted()
      if (failures >= REPETITIONS || !isPassing(error)) throw error
      const waitSec = retrySec * 2 ** failures
      onRetry(error, waitSec)
      await sleep(waitSec, signal)
    }
  }
}

async function reallySleep(seconds: number, signal?: AbortSignal): Promise<void> {
  await setTimeout(seconds * 1000, undefined, signal ? { signal } : {})
}
