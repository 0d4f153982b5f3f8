import { optionName, parseConfig } from '../config/config.js'
import type { HubContext } from '../models/hub.js'
import type { ModelRequest } from '../models/resolve-model.js'
import { type HubSettings, hubSettings } from '../models/settings.js'
import { createLog, createProgress } from '../terminal/log.js'
import type { CommandFlags } from './transcribe-options.js'

/** Options of `asr-stream models ...`. */
export interface ModelFlags extends CommandFlags {
  readonly json?: boolean
  readonly out?: string
  readonly name?: string
  readonly python?: string
  readonly tokenizer?: string
  readonly modelCacheDir?: string
  readonly offlineModels?: boolean
  readonly revision?: string
  readonly precision?: string
}

/**
 * The checked options, and where models come from.
 * @throws UsageError for a value that does not fit
 */
export function modelRequest(flags: ModelFlags, model?: string): ModelRequest & { readonly settings: HubSettings } {
  const { modelCacheDir, offlineModels, revision, precision } = flags
  const config = parseConfig({ model, modelCacheDir, offlineModels, revision, precision }, undefined, optionName)
  return { ...config, settings: hubSettings(config) }
}

/** Runs something long with a log and with progress on a terminal. */
export async function withProgress<Result>(
  { logLevel, quiet = false }: ModelFlags,
  signal: AbortSignal,
  act: (context: HubContext) => Promise<Result>,
): Promise<Result> {
  const log = await createLog(logLevel ?? (quiet ? 'ERROR' : 'WARNING'))
  const progress = await createProgress(!quiet)
  try {
    return await act({ signal, log, progress: (text) => progress.show(text) })
  } finally {
    progress.stop()
  }
}
