import type { ModelLoader } from '../backends/contract.js'
import { loadPlugins } from '../backends/plugin.js'
import { capabilitiesOf, createRegistry, ignoredBy, type LoaderRegistry } from '../backends/registry.js'
import { type ASRConfig, optionName, parseConfig } from '../config/config.js'
import { ineffective } from '../config/option-effects.js'
import type { BackendFacts, InputKind } from '../config/option-table.js'
import { UsageError } from '../core/errors.js'
import type { Log } from '../core/types.js'
import { ownOptions } from './own-options.js'

/** A checked configuration and the loader of the backend that it names. */
export interface Configured {
  readonly config: ASRConfig & Record<string, unknown>
  readonly loader: ModelLoader
}

/** What options are judged by, besides the configuration. */
export interface Surroundings {
  /** All options of the command line as they were given. */
  readonly flags: object
  readonly input: InputKind | null
  readonly log: Log
}

/**
 * Checks the options of the command line, registers the plugins, and reads the backend's own options, given as `key=value`
 * pairs. Options without effect are refused or warned of.
 */
export async function configure(
  settings: Record<string, unknown>,
  pairs: readonly string[],
  { flags, input, log }: Surroundings,
): Promise<Configured> {
  const given = Object.entries(flags).flatMap(([key, value]) => (value === undefined ? [] : [key]))
  // The backend's options are known only when it is there, but what is wrong without them is said before plugins run.
  const general = parseConfig(settings, undefined, optionName)
  judge(given, { config: general, input, backend: null })
  const { backend, plugins } = general
  const registry = createRegistry()
  await loadPlugins(plugins, registry)
  const loader = await registry.getLoader(backend)
  const own = await ownOptions(pairs, backend, registry)
  const config = parseConfig({ ...settings, ...own }, loader.options, optionName)
  judge(given, { config, input, backend: factsOf(loader, backend, registry) }, log)
  return { config, loader }
}

function judge(given: readonly string[], at: Parameters<typeof ineffective>[1], log?: Log): void {
  for (const { message, hint, isRefused } of ineffective(given, at)) {
    if (isRefused) throw new UsageError(message, { hint })
    log?.warn(hint === 'leave it out' ? message : `${message}; ${hint}`)
  }
}

function factsOf(loader: ModelLoader, name: string, registry: LoaderRegistry): BackendFacts {
  const brought = registry.listLoaders().filter(({ origin }) => origin !== 'built in')
  const isBuiltIn = brought.every((one) => one.name !== name)
  const unusedPlugins = isBuiltIn ? brought.map((one) => one.name) : []
  return { isBuiltIn, capabilities: capabilitiesOf(loader), ignores: ignoredBy(loader), unusedPlugins }
}
