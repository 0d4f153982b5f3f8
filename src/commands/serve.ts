import { UsageError } from '../core/errors.js'
import { refuseOpenHost, serve } from '../server/serve/serve.js'
import { ModelShelf } from '../server/session-pool/model-shelf.js'
import { createLog, createProgress, logLine } from '../terminal/log.js'
import { modelSource } from '../transcriber/model-source.js'
import { configSettings } from './config-settings.js'
import { type CommandRun, configure } from './configure.js'
import { inTime } from './in-time.js'
import { programVersion } from './info-options.js'
import { refuseUnfit } from './listen-options.js'
import { loadingDefaults } from './loading-defaults.js'
import { idleServeOptions, SERVE_DEFAULTS, servingOptions } from './serve-options.js'
import type { CommandFlags } from './transcribe-options.js'

/** `asr-stream serve`: serves programs, browsers and assistants over HTTP and WebSocket, until it is interrupted. */
export async function serveCommand(flags: CommandFlags, { signal: stop, given }: CommandRun): Promise<void> {
  const { logLevel, quiet = false, option = [] } = flags
  refuseUnfit({ ...flags }, 'serve')
  const options = servingOptions(flags)
  refuseOpenHost(options)
  const log = await createLog(logLevel ?? (quiet ? 'ERROR' : 'WARNING'))
  for (const sentence of idleServeOptions({ ...flags })) log.warn(sentence)
  const told = (text: string) => void (quiet || process.stderr.write(logLine('info', text)))
  const settings = { ...SERVE_DEFAULTS, ...(await configSettings(flags)) }
  const model = await configure(settings, option, { flags, input: 'clients', log, given })
  if (model.config.compat !== null) throw new UsageError('--compat is not for serve', { hint: 'use asr-stream listen' })
  const progress = await createProgress(!quiet)
  const show = (text: string) => progress.show(text)
  const base = (backend: string) => loadingDefaults(model.config, backend)
  const models = new ModelShelf(modelSource(model.registry, base, { log, progress: show }), log)
  try {
    progress.show(`loading ${model.config.backend}`)
    await inTime(models.take(model, stop), `the backend "${model.config.backend}" does not answer: it`, stop)
    progress.stop()
    const onListening = (what: string, address: string) => told(`listening on ${address}${NOTES[what] ?? ''}`)
    if (!options.auth && options.token === undefined) told('everybody who reaches this server may use it (--no-auth)')
    await serve({ ...options, models, log, version: programVersion(), stop, onListening })
  } finally {
    progress.stop()
    await models.close()
  }
}

const NOTES: Readonly<Record<string, string>> = { tcp: ' (lines of listen)', wyoming: ' (Wyoming)' }
