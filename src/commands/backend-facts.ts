import type { ModelLoader } from '../backends/contract.js'
import { capabilitiesOf, ignoredBy, type LoaderRegistry } from '../backends/registry.js'
import type { BackendFacts } from '../config/option-table.js'

/** What is known of the chosen backend before it loads a model, for the effects of options. */
export function factsOf(loader: ModelLoader, name: string, registry: LoaderRegistry): BackendFacts {
  const brought = registry.listLoaders().filter(({ origin }) => origin !== 'built in')
  const isBuiltIn = brought.every((one) => one.name !== name)
  const unusedPlugins = isBuiltIn ? brought.map((one) => one.name) : []
  return { isBuiltIn, capabilities: capabilitiesOf(loader), ignores: ignoredBy(loader), unusedPlugins }
}
