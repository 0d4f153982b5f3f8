import { loadBackend } from '../backends/registry.js'
import { optionName } from '../config.js'
import { UsageError } from '../errors.js'
import { createLog, createProgress, logLine } from '../log.js'
import { shareBackend } from '../pipeline.js'
import { serveTcp } from '../server/tcp-server.js'
import { configure } from './configure.js'
import { loadExtras } from './extras.js'
import { type ListenFlags, NOT_FOR_LISTEN, serverOptions } from './listen-options.js'
import { chunkSec } from './pacing.js'
import { settled } from './settling.js'
import { delayed, LAST_WORDS_SEC } from './stopping.js'

/** `asr-stream listen`: hears clients over TCP, until it is interrupted. */
export async function listen(flags: ListenFlags, stop: AbortSignal): Promise<void> {
  const { logLevel, quiet = false, option = [], plugin = [], live: _, ...rest } = flags
  const { host: _h, port: _p, maxSessions: _m, idleTimeout: _i, ...settings } = rest
  refuseUnfit(settings)
  const log = await createLog(logLevel ?? (quiet ? 'ERROR' : 'WARNING'))
  const { config, loader } = await configure({ ...settings, plugins: plugin }, option)
  const progress = await createProgress(!quiet)
  const name = `the backend "${config.backend}"`
  const context = { signal: stop, log, progress: (text: string) => progress.show(text) }
  const load = () => settled(loadBackend(loader, config, context), `${name} has not loaded: its load()`)
  try {
    progress.show(`loading ${config.backend}`)
    const extras = await loadExtras(config, false, () => {})
    const backend = await settled(shareBackend(config, load, log, extras), `${name} does not answer: it`)
    const shared = { config, minChunkSec: chunkSec(config), backend, log, stop, giveUp: delayed(stop, LAST_WORDS_SEC) }
    const onListening = (address: string) => {
      progress.stop()
      if (!quiet) process.stderr.write(logLine('info', `listening on ${address}`))
    }
    try {
      await serveTcp({ ...shared, ...serverOptions(flags), onListening })
    } finally {
      await backend.close()
      await extras.close()
    }
  } finally {
    progress.stop()
  }
}

function refuseUnfit(settings: Readonly<Record<string, unknown>>): void {
  const unfit = NOT_FOR_LISTEN.find((key) => settings[key] !== undefined)
  if (unfit === undefined) return
  throw new UsageError(`${optionName(unfit).replace('--option ', '--')} is not for listen`, { hint: 'leave it out' })
}
