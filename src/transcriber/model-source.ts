import type { ModelLoader } from '../backends/contract.js'
import type { LoaderRegistry } from '../backends/registry.js'
import { type ASRConfig, parseConfig } from '../config/config.js'
import { findKey } from '../config/option-table.js'
import { UsageError } from '../core/errors.js'
import { loadTranscriber, type Transcriber, type TranscriberContext } from './transcriber.js'

/** A checked configuration, and what loads it. */
export interface CheckedModel {
  readonly config: ASRConfig & Record<string, unknown>
  readonly loader: ModelLoader
}

/** Checks and loads configurations, one after the other. */
export interface ModelSource {
  /**
   * @param settings keys of the configuration and of the backend, in snake_case or camelCase
   * @throws UsageError for an unknown key or backend, or a value out of range
   */
  check(settings: Readonly<Record<string, unknown>>): Promise<CheckedModel>
  /** @throws as `loadTranscriber` */
  load(model: CheckedModel, signal?: AbortSignal): Promise<Transcriber>
}

/**
 * Models of the backends that a registry has.
 *
 * @param base settings of a backend that hold where others are absent
 */
export function modelSource(
  registry: LoaderRegistry,
  base: (backend: string) => Readonly<Record<string, unknown>>,
  context: Pick<TranscriberContext, 'log' | 'progress'>,
): ModelSource {
  return {
    async check(settings) {
      const given = camelCased(settings)
      const name = given.backend ?? parseConfig({}).backend
      if (typeof name !== 'string') throw new UsageError('backend must be a text', { details: { option: 'backend' } })
      const loader = await registry.getLoader(name)
      return { config: parseConfig({ ...base(name), ...given }, loader.options), loader }
    },
    load: ({ config, loader }, signal) => loadTranscriber(config, loader, { ...context, signal, detectsSpeech: true }),
  }
}

/** General keys in the spelling of `base`, so that they replace its values. */
function camelCased(settings: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const known = Object.keys(parseConfig({}))
  return Object.fromEntries(Object.entries(settings).map(([key, value]) => [findKey(key, known) ?? key, value]))
}
