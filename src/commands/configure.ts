import { loadPlugins } from '../backends/plugin.js'
import { createRegistry } from '../backends/registry.js'
import { type ASRConfig, optionName, parseConfig, parseLoaderOptions } from '../config.js'
import type { ModelLoader } from '../types.js'

/** A checked configuration and the loader of the backend that it names. */
export interface Configured {
  readonly config: ASRConfig & Record<string, unknown>
  readonly loader: ModelLoader
}

/**
 * Checks the options of the command line, registers the plugins, and reads the backend's own options.
 * @param pairs `key=value` for the backend
 */
export async function configure(settings: Record<string, unknown>, pairs: readonly string[]): Promise<Configured> {
  // The backend's options are known only when it is there, but what is wrong without them is said before plugins run.
  const { backend, plugins } = parseConfig(settings, undefined, optionName)
  const registry = createRegistry()
  await loadPlugins(plugins, registry)
  const loader = await registry.getLoader(backend)
  const own = parseLoaderOptions(pairs, backend, loader.options)
  return { config: parseConfig({ ...settings, ...own }, loader.options, optionName), loader }
}
