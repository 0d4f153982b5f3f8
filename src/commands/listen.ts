import { loadBackend } from '../backends/registry.js'
import { NOT_FOR_LISTEN } from '../config/option-effects.js'
import { flagOf } from '../config/option-names.js'
import { UsageError } from '../core/errors.js'
import { serveTcp } from '../server/tcp/tcp-server.js'
import { createLog, createProgress, logLine } from '../terminal/log.js'
import { abortAfter, DRAIN_SEC } from '../transcriber/shutdown.js'
import { loadTranscriber } from '../transcriber/transcriber.js'
import { type CommandRun, configure } from './configure.js'
import { inTime } from './in-time.js'
import { type ListenFlags, serverOptions } from './listen-options.js'

/** `asr-stream listen`: serves clients over TCP, until it is interrupted. */
export async function listen(flags: ListenFlags, { signal: stop, given }: CommandRun): Promise<void> {
  const { logLevel, quiet = false, option = [], plugin = [], live, ...rest } = flags
  const { host: _h, port: _p, maxSessions: _m, maxPerAddress: _a, idleTimeout: _i, ...others } = rest
  const { updateTimeout: _u, warmupFile: _w, ...settings } = others
  // Absent, --no-live is true.
  refuseUnfit({ ...settings, live: live === false ? live : undefined })
  const log = await createLog(logLevel ?? (quiet ? 'ERROR' : 'WARNING'))
  const { config, loader } = await configure({ ...settings, plugins: plugin }, option, {
    flags,
    input: 'clients',
    log,
    given,
  })
  const progress = await createProgress(!quiet)
  const name = `the backend "${config.backend}"`
  const context = { signal: stop, log, progress: (text: string) => progress.show(text) }
  const load = () =>
    inTime(loadBackend(loader, config, context), `${name} has not loaded: its availability() or load()`, stop)
  try {
    progress.show(`loading ${config.backend}`)
    const loading = loadTranscriber(config, loader, { ...context, load })
    await using transcriber = await inTime(loading, `${name} does not answer: it`)
    const shared = { transcriber, log, stop, giveUp: abortAfter(stop, DRAIN_SEC) }
    const onListening = (address: string) => {
      progress.stop()
      if (!quiet) process.stderr.write(logLine('info', `listening on ${address}`))
    }
    await serveTcp({ ...shared, ...serverOptions(flags), onListening })
  } finally {
    progress.stop()
  }
}

function refuseUnfit(flags: Readonly<Record<string, unknown>>): void {
  const [unfit] = [...NOT_FOR_LISTEN].filter(([key]) => flags[key] !== undefined)
  if (unfit === undefined) return
  const [key, why] = unfit
  throw new UsageError(`${flagOf(key)} is not for listen: ${why}`, {
    hint: 'leave it out; see asr-stream listen --help',
  })
}
