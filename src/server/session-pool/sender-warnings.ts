import { withWarnings } from '../../core/log-layer.js'
import type { Log } from '../../core/types.js'
import type { WarningEvent } from './session-events.js'

/** What a client is told of its audio beside the text, each thing once. */
export class SenderWarnings {
  readonly #told = new Set<string>()
  #waiting: WarningEvent[] = []

  /** A log that keeps what is for the client as well. */
  of(log: Log): Log {
    return withWarnings(log, (message, toSender) => {
      log.warn(message)
      if (toSender === undefined || this.#told.has(toSender)) return
      this.#told.add(toSender)
      this.#waiting.push({ type: 'warning', message: toSender })
    })
  }

  /** What was not told yet. */
  take(): readonly WarningEvent[] {
    return this.#waiting.splice(0)
  }
}
