import { BackendError } from '../core/errors.js'

/**
 * Waits for what a backend has promised. When nothing is left that could keep the promise, the process would end without a
 * word; it fails instead.
 *
 * @param what what the backend has not done
 * @param stop when it is aborted, the promise is waited for a little longer, and then no more
 * @throws BackendError when it waits for something that never comes; the signal's reason when it does not heed it
 */
export async function inTime<Value>(promise: Promise<Value>, what: string, stop?: AbortSignal): Promise<Value> {
  let give = () => {}
  let leave = () => {}
  const never = new Promise<never>((_, reject) => {
    give = () => reject(new BackendError(`${what} waits for something that never comes`, { hint: HINT }))
    leave = () => void setTimeout(() => reject(stop?.reason), HEED_MS)
  })
  const wait = { give: () => give() }
  waits.push(wait)
  if (waits.length === 1) process.on('beforeExit', giveLatest)
  stop?.addEventListener('abort', leave, { once: true })
  if (stop?.aborted) leave()
  try {
    return await Promise.race([promise, never])
  } finally {
    waits.splice(waits.indexOf(wait), 1)
    if (waits.length === 0) process.off('beforeExit', giveLatest)
    stop?.removeEventListener('abort', leave)
  }
}

/** What is waited for, a wait within another one after it: the innermost says best what is missing. */
const waits: { readonly give: () => void }[] = []
const giveLatest = () => waits.at(-1)?.give()

/** What is told to stop has this long to do so. */
const HEED_MS = 1000

const HINT = 'a promise in it is never settled'
