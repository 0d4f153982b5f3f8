import { closeSync, openSync } from 'node:fs'
import type { Server } from 'node:net'
import { devNull } from 'node:os'
import { isOutOfFiles, OUT_OF_FILES_HINT } from '../../core/errors.js'
import type { Clock, Log } from '../../core/types.js'

const LOOK_MS = 1000
/** The same is not told more often. */
const REPEAT_SEC = 60

/**
 * Warns when as many files are open as the process may have. Then Node takes new connections and closes them at once, and
 * tells nobody: there is no event. So it is tried whether one more file can be opened, after each connection and now and then.
 */
export class OpenFiles {
  readonly #log: Pick<Log, 'warn'>
  readonly #clock: Clock
  readonly #servers = new Set<Server>()
  #timer: NodeJS.Timeout | undefined
  #toldAt = Number.NEGATIVE_INFINITY

  constructor(log: Pick<Log, 'warn'>, clock: Clock) {
    this.#log = log
    this.#clock = clock
  }

  /** Watches for a server, until it is closed. */
  watch(server: Server): void {
    this.#servers.add(server)
    this.#timer ??= setInterval(() => this.#look(), LOOK_MS).unref()
    server.on('connection', () => this.#look())
    server.once('close', () => {
      this.#servers.delete(server)
      if (this.#servers.size > 0) return
      clearInterval(this.#timer)
      this.#timer = undefined
    })
  }

  #look(): void {
    try {
      closeSync(openSync(devNull, 'r'))
    } catch (error) {
      const now = this.#clock.now()
      if (!isOutOfFiles(error) || now - this.#toldAt < REPEAT_SEC) return
      this.#toldAt = now
      const what = 'as many files and connections are open as may be'
      this.#log.warn(`${what}: new clients are turned away until there are fewer; ${OUT_OF_FILES_HINT}`)
    }
  }
}
