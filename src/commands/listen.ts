import { NOT_FOR_LISTEN } from '../config/option-effects.js'
import { flagOf, isTurnedOff } from '../config/option-names.js'
import type { OptionKey } from '../config/option-table.js'
import { UsageError } from '../core/errors.js'
import { serveTcp } from '../server/tcp/tcp-server.js'
import { createLog, createProgress, logLine } from '../terminal/log.js'
import { abortAfter, DRAIN_SEC } from '../transcriber/shutdown.js'
import { configSettings } from './config-settings.js'
import { type CommandRun, configure } from './configure.js'
import { type ListenFlags, serverOptions } from './listen-options.js'
import { loadInTime } from './load-in-time.js'

/** `asr-stream listen`: serves clients over TCP, until it is interrupted. */
export async function listen(flags: ListenFlags, { signal: stop, given }: CommandRun): Promise<void> {
  const { logLevel, quiet = false, option = [] } = flags
  refuseUnfit({ ...flags })
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
  // Absent, --no-live is true.
  const [unfit] = [...NOT_FOR_LISTEN].filter(
    ([key]) => flags[key] !== undefined && !(isTurnedOff(key as OptionKey) && flags[key] === true),
  )
  if (unfit === undefined) return
  const [key, why] = unfit
  throw new UsageError(`${flagOf(key)} is not for listen: ${why}`, {
    hint: 'leave it out; see asr-stream listen --help',
  })
}
