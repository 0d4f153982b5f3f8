import { loadPlugins } from '../backends/plugin.js'
import type { LoaderRegistry } from '../backends/registry.js'
import { toldWhenSlow } from '../backends/slow-loading.js'
import type { Log } from '../core/types.js'
import { inTime } from './in-time.js'

/**
 * Imports plugins, and tells when one takes long.
 * @throws as `loadPlugins`; BackendError when the module of one waits for something that never comes
 */
export function pluginsInTime(
  plugins: readonly string[],
  registry: LoaderRegistry,
  log: Pick<Log, 'warn'>,
): Promise<void> {
  const modules = toldWhenSlow('a plugin', log, () => loadPlugins(plugins, registry))
  return inTime(modules, 'a plugin has not loaded: its module')
}
