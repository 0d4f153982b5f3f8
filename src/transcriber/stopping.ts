/** Seconds in which audio that has arrived is still recognised when listening is stopped. */
export const LAST_WORDS_SEC = 3
/** Seconds after which a line that nobody takes is given up when the program is stopped. */
export const LAST_LINES_SEC = 4

/** A signal that is aborted some seconds after another one. */
export function delayed(signal: AbortSignal, seconds: number): AbortSignal {
  const abort = new AbortController()
  const abortLater = () => setTimeout(() => abort.abort(signal.reason), seconds * 1000).unref()
  signal.addEventListener('abort', abortLater, { once: true })
  return abort.signal
}
