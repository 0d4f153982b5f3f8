import { BackendError } from '../core/errors.js'

/**
 * Waits for what a backend has promised. When nothing is left that could keep the promise, the process would end without a
 * word; it fails instead.
 *
 * @param what what the backend has not done
 * @throws BackendError when it waits for something that never comes
 */
export async function settled<Value>(promise: Promise<Value>, what: string): Promise<Value> {
  let give = () => {}
  const never = new Promise<never>((_, reject) => {
    give = () => reject(new BackendError(`${what} waits for something that never comes`, { hint: HINT }))
  })
  process.once('beforeExit', give)
  try {
    return await Promise.race([promise, never])
  } finally {
    process.off('beforeExit', give)
  }
}

const HINT = 'a promise in it is never settled'
