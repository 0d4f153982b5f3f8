import { loadBackend } from '../backends/registry.js'
import { serveTcp } from '../server/tcp/tcp-server.js'
import { createLog, createProgress, logLine } from '../terminal/log.js'
import { abortAfter, DRAIN_SEC } from '../transcriber/shutdown.js'
import { loadTranscriber } from '../transcriber/transcriber.js'
import { type CommandRun, configure } from './configure.js'
import { inTime } from './in-time.js'
import { type ListenFlags, refuseUnfit, serverOptions } from './listen-options.js'

/** `asr-stream listen`: serves clients over TCP, until it is interrupted. */
export async function listen(flags: ListenFlags, { signal: stop, given }: CommandRun): Promise<void> {
  const { logLevel, quiet = false, option = [], plugin = [], live, ...rest } = flags
  const { host: _h, port: _p, maxSessions: _m, maxPerAddress: _a, idleTimeout: _i, ...others } = rest
  const { updateTimeout: _u, warmupFile: _w, ...settings } = others
  refuseUnfit({ ...settings, live }, 'listen')
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
    const lease = () => ({ transcriber, release: () => {} })
    const shared = { lease, log, stop, giveUp: abortAfter(stop, DRAIN_SEC) }
    const onListening = (address: string) => {
      progress.stop()
      if (!quiet) process.stderr.write(logLine('info', `listening on ${address}`))
    }
    await serveTcp({ ...shared, ...serverOptions(flags), onListening })
  } finally {
    progress.stop()
  }
}
