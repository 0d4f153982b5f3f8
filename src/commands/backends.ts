import { loadPlugins } from '../backends/plugin.js'
import { availabilityOf, createRegistry, type LoaderListing, type LoaderRegistry } from '../backends/registry.js'
import { messageOf } from '../errors.js'
import { standardOutput } from '../output/line-writer.js'

/** `asr-stream backends`: lists the backends, whether each can be used here, and where it comes from. */
export async function backends({ plugin = [] }: { readonly plugin?: readonly string[] }): Promise<void> {
  const registry = createRegistry()
  await loadPlugins(plugin, registry)
  const writer = standardOutput()
  for (const listing of registry.listLoaders()) {
    for (const line of await describe(listing, registry)) await writer.write(line)
  }
}

async function describe({ name, origin }: LoaderListing, registry: LoaderRegistry): Promise<readonly string[]> {
  try {
    const loader = await registry.getLoader(name)
    const availability = await availabilityOf(loader)
    const head = `${name} (${origin}): ${loader.description ?? 'no description'}`
    if (availability.available) return [head]
    const install = availability.install === undefined ? [] : [`  install it: ${availability.install}`]
    return [head, `  not available: ${availability.reason}`, ...install]
  } catch (error) {
    return [`${name} (${origin})`, `  not available: ${messageOf(error)}`]
  }
}
