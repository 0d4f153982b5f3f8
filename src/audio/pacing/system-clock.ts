import { setTimeout as sleep } from 'node:timers/promises'
import type { Clock } from '../../core/types.js'

/** The clock of this machine. */
export const systemClock: Clock = {
  now: () => performance.now() / 1000,
  async sleep(seconds, signal) {
    signal?.throwIfAborted()
    if (seconds <= 0) return
    await sleep(seconds * 1000, undefined, signal ? { signal } : {}).catch((error: unknown) => {
      throw signal?.aborted ? signal.reason : error
    })
  },
}
