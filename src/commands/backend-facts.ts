import type { ModelLoader } from '../backends/contract.js'
import { capabilitiesOf, ignoredBy, type LoaderRegistry } from '../backends/registry.js'
import type { ASRConfig } from '../config/config.js'
import type { BackendFacts } from '../config/option-table.js'
import { isEmbedded } from '../models/local.js'

/** What is known of the chosen backend before it loads a model, for the effects of options. */
export async function factsOf(loader: ModelLoader, config: ASRConfig, registry: LoaderRegistry): Promise<BackendFacts> {
  const brought = registry.listLoaders().filter(({ origin }) => origin !== 'built in')
  const isBuiltIn = brought.every((one) => one.name !== config.backend)
  const unusedPlugins = isBuiltIn ? brought.map((one) => one.name) : []
  const embedded = isBuiltIn && (await isEmbedded(config))
  return {
    isBuiltIn,
    isEmbedded: embedded,
    capabilities: capabilitiesOf(loader),
    ignores: ignoredBy(loader),
    unusedPlugins,
  }
}
