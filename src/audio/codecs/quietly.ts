/** Messages of one call after which a library is not believed to come to an end. */
const MAX_MESSAGES = 1000

/**
 * Calls a library that writes what is damaged to the console, where only text and messages of the program belong. One that
 * complains without end is stopped.
 *
 * @param call returns before it gives anything else a turn
 * @throws Error when the library complains without end; what it throws itself
 */
export function quietly<Result>(call: () => Result): Result {
  const { error } = console
  let messages = 0
  console.error = () => {
    if (++messages > MAX_MESSAGES) throw new Error('the decoder does not get on')
  }
  try {
    return call()
  } finally {
    console.error = error
  }
}
