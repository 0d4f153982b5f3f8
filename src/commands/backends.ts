import { loadPlugins } from '../backends/plugin.js'
import {
  availabilityOf,
  capabilitiesOf,
  createRegistry,
  type LoaderListing,
  type LoaderRegistry,
} from '../backends/registry.js'
import { messageOf } from '../errors.js'
import { type BackendEntry, backendJson, backendLines } from '../output/backend-list.js'
import { standardOutput } from '../output/line-writer.js'

/** Options of `asr-stream backends`. */
export interface BackendsFlags {
  readonly plugin?: readonly string[]
  readonly json?: boolean
}

/** `asr-stream backends`: lists the backends, what each can do, whether it can be used here, and where it comes from. */
export async function backends({ plugin = [], json = false }: BackendsFlags): Promise<void> {
  const registry = createRegistry()
  await loadPlugins(plugin, registry)
  const entries: BackendEntry[] = []
  for (const listing of registry.listLoaders()) entries.push(await entryOf(listing, registry))
  const writer = standardOutput()
  for (const line of json ? [backendJson(entries)] : entries.flatMap(backendLines)) await writer.write(line)
}

async function entryOf({ name, origin }: LoaderListing, registry: LoaderRegistry): Promise<BackendEntry> {
  try {
    const loader = await registry.getLoader(name)
    const description = typeof loader.description === 'string' ? loader.description : null
    return {
      name,
      origin,
      description,
      availability: await availabilityOf(loader),
      capabilities: capabilitiesOf(loader),
    }
  } catch (error) {
    const availability = { available: false, reason: messageOf(error) } as const
    return { name, origin, description: null, availability, capabilities: {} }
  }
}
