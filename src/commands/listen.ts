import { loadBackend } from '../backends/registry.js'
import { NOT_FOR_LISTEN } from '../config/option-effects.js'
import { flagOf } from '../config/option-names.js'
import { UsageError } from '../core/errors.js'
import { serveTcp } from '../server/tcp/tcp-server.js'
import { createLog, createProgress, logLine } from '../terminal/log.js'
import { chunkSec } from '../transcriber/pacing.js'
import { shareBackend } from '../transcriber/pipeline.js'
import { delayed, LAST_WORDS_SEC } from '../transcriber/stopping.js'
import { configure } from './configure.js'
import { loadExtras } from './extras.js'
import { type ListenFlags, serverOptions } from './listen-options.js'
import { settled } from './settling.js'

/** `asr-stream listen`: hears clients over TCP, until it is interrupted. */
export async function listen(flags: ListenFlags, stop: AbortSignal): Promise<void> {
  const { logLevel, quiet = false, option = [], plugin = [], live, ...rest } = flags
  const { host: _h, port: _p, maxSessions: _m, maxPerAddress: _a, idleTimeout: _i, ...others } = rest
  const { updateTimeout: _u, warmupFile: _w, ...settings } = others
  // Absent, --no-live is true.
  refuseUnfit({ ...settings, live: live === false ? live : undefined })
  const log = await createLog(logLevel ?? (quiet ? 'ERROR' : 'WARNING'))
  const { config, loader } = await configure({ ...settings, plugins: plugin }, option, { flags, input: 'clients', log })
  const progress = await createProgress(!quiet)
  const name = `the backend "${config.backend}"`
  const context = { signal: stop, log, progress: (text: string) => progress.show(text) }
  const load = () =>
    settled(loadBackend(loader, config, context), `${name} has not loaded: its availability() or load()`, stop)
  try {
    progress.show(`loading ${config.backend}`)
    const extras = await loadExtras(config, loader, false, () => {})
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

function refuseUnfit(flags: Readonly<Record<string, unknown>>): void {
  const [unfit] = [...NOT_FOR_LISTEN].filter(([key]) => flags[key] !== undefined)
  if (unfit === undefined) return
  const [key, why] = unfit
  throw new UsageError(`${key === 'live' ? '--no-live' : flagOf(key)} is not for listen: ${why}`, {
    hint: 'leave it out; see asr-stream listen --help',
  })
}
