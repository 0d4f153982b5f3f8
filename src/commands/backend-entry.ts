import { availabilityOf, capabilitiesOf, type LoaderListing, type LoaderRegistry } from '../backends/registry.js'
import { messageOf } from '../core/errors.js'
import type { BackendEntry } from '../terminal/backend-list.js'
import { inTime } from './in-time.js'

/** A backend as listings have it; one that cannot be loaded is told as not available. */
export async function entryOf({ name, origin }: LoaderListing, registry: LoaderRegistry): Promise<BackendEntry> {
  try {
    const loader = await registry.getLoader(name)
    const description = typeof loader.description === 'string' ? loader.description : null
    return {
      name,
      origin,
      description,
      availability: await inTime(availabilityOf(loader), 'its availability()'),
      capabilities: capabilitiesOf(loader),
    }
  } catch (error) {
    const availability = { available: false, reason: messageOf(error) } as const
    return { name, origin, description: null, availability, capabilities: {} }
  }
}
