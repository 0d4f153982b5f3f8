import type { ModelLoader } from '../backends/contract.js'
import { createRegistry, type LoaderRegistry } from '../backends/registry.js'
import { type ASRConfig, parseConfig } from '../config/config.js'
import { Given } from '../config/doors/given.js'
import { isGiven } from '../config/option-names.js'
import type { Circumstances } from '../config/option-table.js'
import type { Log } from '../core/types.js'
import { factsOf } from './backend-facts.js'
import { judge, without } from './judge-options.js'
import { ownOptions } from './own-options.js'
import { pluginsInTime } from './plugins-in-time.js'

/** A checked configuration and the loader of the backend that it names. */
export interface Configured {
  readonly config: ASRConfig & Record<string, unknown>
  readonly loader: ModelLoader
  /** The backends that there are, those of plugins included. */
  readonly registry: LoaderRegistry
}

/** What a command runs with besides its options. */
export interface CommandRun {
  readonly signal: AbortSignal
  /** Which door options came through; absent: the command line. */
  readonly given?: Given | undefined
}

/** What options are judged by, besides the configuration. */
export interface Surroundings extends Pick<CommandRun, 'given'>, Omit<Circumstances, 'config' | 'backend'> {
  /** All options of the command line as they were given. */
  readonly flags: object
  readonly log: Log
}

/**
 * Checks the options of the command line, registers the plugins, and reads the backend's own options, given as `key=value`
 * pairs. Options without effect are refused or warned of.
 */
export async function configure(
  settings: Record<string, unknown>,
  pairs: readonly string[],
  { flags, input, log, given: doors = new Given(), ...written }: Surroundings,
): Promise<Configured> {
  const given = Object.entries(flags).flatMap(([key, value]) => (isGiven(key, value) ? [key] : []))
  // The backend's options are known only when it is there, but what is wrong without them is said before plugins run.
  const general = parseConfig(settings, undefined, doors.configName)
  const idle = judge(given, { config: general, input, backend: null, ...written }, doors, { debug: log.debug })
  const { backend, plugins } = general
  const registry = createRegistry()
  await pluginsInTime(plugins, registry, log)
  const loader = await registry.getLoader(backend)
  const values = { ...without(settings, idle), ...(await ownOptions(pairs, backend, registry, doors.nameOf('option'))) }
  const config = parseConfig(values, loader.options, doors.configName)
  const left = given.filter((key) => !idle.includes(key))
  const backendFacts = await factsOf(loader, config, registry)
  judge(left, { config, input, backend: backendFacts, ...written }, doors, log)
  return { config, loader, registry }
}
