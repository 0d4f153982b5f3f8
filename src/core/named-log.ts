import type { Log } from './types.js'

/**
 * A log that says of what it tells, a recording or a session, where the message does not say it.
 * @param namesOf what it may be; none: nothing is said of it
 */
export function namedLog(log: Log, namesOf: () => readonly string[]): Log {
  const named = (message: string) => {
    const names = namesOf()
    return names.length === 0 || names.some((name) => message.includes(name))
      ? message
      : `${names.join(' or ')}: ${message}`
  }
  return {
    error: (message) => log.error(named(message)),
    warn: (message, toSender) => log.warn(named(message), toSender),
    info: (message) => log.info(named(message)),
    debug: (message) => log.debug(named(message)),
  }
}
