import { UsageError } from '../core/errors.js'

type Once<Value> = AsyncGenerator<Value, void, undefined>

/**
 * A generator that says so when it is iterated over a second time: it would give nothing, as if nothing had been said.
 * @returns the same generator
 */
export function readOnce<Value>(values: Once<Value>): Once<Value> {
  let isRead = false
  return Object.defineProperty(values, Symbol.asyncIterator, {
    value() {
      if (isRead) throw new UsageError('a stream is read twice', { hint: 'read it once, or open another stream' })
      isRead = true
      return values
    },
  })
}
