import type { Log } from '../core/types.js'

/** What loads for so long without a word of what it does may never be done. */
const SLOW_SEC = 15

/**
 * Waits for something that is loaded, and says once when it takes long and tells nothing of what it does. Whether it will
 * ever be done nobody knows, so it is waited for.
 *
 * @param what it is, for the message
 * @param load loads it, and calls what it is given whenever something of it is told
 */
export async function toldWhenSlow<Value>(
  what: string,
  log: Pick<Log, 'warn'>,
  load: (alive: () => void) => Promise<Value>,
): Promise<Value> {
  let isWaiting = true
  const timer = setTimeout(() => {
    isWaiting = false
    log.warn(`${what} is still loading, and has said nothing for ${SLOW_SEC} s`)
  }, 1000 * SLOW_SEC)
  // A program with nothing else to wait for is at its end.
  timer.unref()
  try {
    return await load(() => void (isWaiting && timer.refresh()))
  } finally {
    isWaiting = false
    clearTimeout(timer)
  }
}
