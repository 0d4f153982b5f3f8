import { withWarnings } from '../core/log-layer.js'
import type { Log } from '../core/types.js'

/** Seconds in which audio that has arrived is still recognized when listening is stopped. */
export const DRAIN_SEC = 3
/** Seconds after which a line that nobody takes is given up when the program is stopped. */
export const LINE_DRAIN_SEC = 4

/** A signal that is aborted some seconds after another one. */
export function abortAfter(signal: AbortSignal, seconds: number): AbortSignal {
  const abort = new AbortController()
  const abortLater = () => setTimeout(() => abort.abort(signal.reason), seconds * 1000).unref()
  signal.addEventListener('abort', abortLater, { once: true })
  return abort.signal
}

/**
 * A log that only informs of what it would have warned of, once it is told to stop: what is stopped may take a backend's own
 * processes with it, and what fails of that is no failure.
 */
export function calmAfter(stop: AbortSignal, log: Log): Log {
  return withWarnings(log, (message, toSender) => (stop.aborted ? log.info(message) : log.warn(message, toSender)))
}
