import { serveTcp } from '../server/tcp/tcp-server.js'
import { createLog, createProgress, logLine } from '../terminal/log.js'
import { abortAfter, DRAIN_SEC } from '../transcriber/shutdown.js'
import { configSettings } from './config-settings.js'
import { type CommandRun, configure } from './configure.js'
import { type ListenFlags, refuseUnfit, serverOptions } from './listen-options.js'
import { loadInTime } from './load-in-time.js'

/** `asr-stream listen`: serves clients over TCP, until it is interrupted. */
export async function listen(flags: ListenFlags, { signal: stop, given }: CommandRun): Promise<void> {
  const { logLevel, quiet = false, option = [] } = flags
  refuseUnfit({ ...flags }, 'listen')
  const log = await createLog(logLevel ?? (quiet ? 'ERROR' : 'WARNING'))
  const { config, loader } = await configure(await configSettings(flags), option, {
    flags,
    input: 'clients',
    log,
    given,
  })
  const progress = await createProgress(!quiet)
  const context = { signal: stop, log, progress: (text: string) => progress.show(text) }
  try {
    progress.show(`loading ${config.backend}`)
    await using transcriber = await loadInTime(config, loader, context)
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
