import type { Log } from './types.js'

/** A log that hands everything on to another one but what it warns of. */
export function withWarnings(log: Log, warn: Log['warn']): Log {
  return {
    error: (message) => log.error(message),
    warn,
    info: (message) => log.info(message),
    debug: (message) => log.debug(message),
  }
}
