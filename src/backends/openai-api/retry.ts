import { systemClock } from '../../audio/pacing/system-clock.js'
import type { Clock, Log } from '../../core/types.js'
import { ServiceError } from './service-error.js'

/** Waiting before the second attempt; it doubles with each further one. */
const FIRST_BACKOFF_SEC = 0.5
const MAX_BACKOFF_SEC = 8
/** A service that wants a longer pause is asked again after this one. */
const MAX_RETRY_AFTER_SEC = 60

/** What time and chance come from. */
export interface Chance {
  readonly clock: Pick<Clock, 'sleep'>
  /** A number in [0, 1). */
  readonly random: () => number
}

const realChance: Chance = { clock: systemClock, random: Math.random }

/** How a failing request is repeated. */
export interface RequestRetryOptions {
  /** Attempts after the first. */
  readonly retries: number
  readonly log: Log
  readonly signal?: AbortSignal | undefined
  readonly chance?: Chance | undefined
}

/**
 * Repeats what fails for a passing reason, with pauses that double and waver, or as long as the service says.
 * @throws the last ServiceError; anything else at once; the signal's reason when aborted, in a pause as well
 */
export async function withRequestRetries<T>(
  attempt: () => Promise<T>,
  { retries, log, signal, chance = realChance }: RequestRetryOptions,
): Promise<T> {
  for (let failures = 0; ; failures++) {
    signal?.throwIfAborted()
    try {
      return await attempt()
    } catch (error) {
      if (!(error instanceof ServiceError) || !error.mayPass) throw error
      if (failures >= retries) throw failures === 0 ? error : error.after(failures + 1)
      const pauseSec = pause(failures, error.retryAfterSec, chance.random())
      log.info(`${error.message}; trying again in ${pauseSec.toFixed(1)} s`)
      await chance.clock.sleep(pauseSec, signal)
    }
  }
}

/**
 * Seconds to wait before the next attempt.
 * @param failures failures before this one
 * @param chance in [0, 1): clients that failed together do not come back together
 */
export function pause(failures: number, retryAfterSec: number | null, chance: number): number {
  if (retryAfterSec !== null) return Math.min(retryAfterSec, MAX_RETRY_AFTER_SEC)
  const longest = Math.min(MAX_BACKOFF_SEC, FIRST_BACKOFF_SEC * 2 ** failures)
  return longest * (0.5 + chance / 2)
}

/**
 * Reads a Retry-After header: seconds, or a date. Source: RFC 9110, 10.2.3.
 * @param now milliseconds since 1970
 * @returns null when there is none, or none that can be read
 */
export function parseRetryAfter(header: string | null, now: number): number | null {
  const text = header?.trim() ?? ''
  if (/^\d+(\.\d+)?$/.test(text)) return Number(text)
  const date = /[a-z]/i.test(text) ? Date.parse(text) : Number.NaN
  return Number.isNaN(date) ? null : Math.max(0, (date - now) / 1000)
}
