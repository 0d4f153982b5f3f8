import { withWarnings } from '../../core/log-layer.js'
import type { Clock, Log } from '../../core/types.js'

const MINUTE_SEC = 60
const MAX_WARNINGS_PER_MINUTE = 30

/**
 * A log that warns of what strangers send only so often: connections without end must not fill a disk with lines. What it
 * does not warn of any more in a minute it tells at info.
 */
export function fewWarnings(log: Log, clock: Clock): Log {
  let sinceSec = clock.now()
  let warnings = 0
  return withWarnings(log, (message) => {
    const now = clock.now()
    if (now - sinceSec >= MINUTE_SEC) {
      sinceSec = now
      warnings = 0
    }
    warnings++
    if (warnings <= MAX_WARNINGS_PER_MINUTE) log.warn(message)
    else log.info(message)
    if (warnings === MAX_WARNINGS_PER_MINUTE) log.warn('more warnings about clients are at info level for a minute')
  })
}
