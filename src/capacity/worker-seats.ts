import { EventHeap } from './event-heap.js'
import { LeastBusy } from './least-busy.js'

/** Sessions of one server: the n-th begins, and speaks for so long. Times are seconds. */
export interface SeatedSessions {
  readonly beginSec: ArrayLike<number>
  readonly lengthSec: ArrayLike<number>
}

/**
 * The worker of each session, counted from 0, as a server chooses it: when the session begins, the one with the fewest that
 * speak, the first of equals. It stays there.
 *
 * @param workers at least one
 */
export function workersOf({ beginSec, lengthSec }: SeatedSessions, workers: number): Int32Array {
  const count = beginSec.length
  const workerOf = new Int32Array(count)
  if (workers === 1) return workerOf
  const begin = (session: number) => beginSec[session] as number
  const byBegin = Int32Array.from({ length: count }, (_, at) => at)
  byBegin.sort((one, other) => begin(one) - begin(other) || one - other)
  const busy = new LeastBusy(workers)
  const ends = new EventHeap(count)
  for (const session of byBegin) {
    while (ends.time <= begin(session)) {
      busy.set(ends.value, busy.countOf(ends.value) - 1)
      ends.pop()
    }
    const worker = busy.server
    workerOf[session] = worker
    busy.set(worker, busy.count + 1)
    ends.push(begin(session) + (lengthSec[session] as number), worker)
  }
  return workerOf
}
