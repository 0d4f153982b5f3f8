import { loadPlugins } from '../backends/plugin.js'
import { createRegistry } from '../backends/registry.js'
import { describeOptions } from '../config/loader-options.js'
import { nearestName } from '../core/did-you-mean.js'
import { UsageError } from '../core/errors.js'
import { standardOutput } from '../output/writers/line-writer.js'
import { type BackendEntry, backendJson, backendLines, backendsJson } from '../terminal/backend-list.js'
import { entryOf } from './backend-entry.js'
import { settled } from './settling.js'

/** Options of `asr-stream backends`. */
export interface BackendsFlags {
  readonly plugin?: readonly string[]
  readonly json?: boolean
}

/**
 * `asr-stream backends [name]`: lists the backends, what each can do, whether it can be used here, and where it comes
 * from; of one also its own options.
 *
 * @param words what may stand in place of the name, for those who misspell it
 * @throws UsageError when there is no backend of that name
 */
export async function backends(
  name: string | undefined,
  { plugin = [], json = false }: BackendsFlags,
  words: readonly string[],
): Promise<void> {
  const registry = createRegistry()
  await settled(loadPlugins(plugin, registry), 'a plugin has not loaded: its module')
  const writer = standardOutput()
  const entries: BackendEntry[] = []
  if (name !== undefined) {
    const listing = registry.listLoaders().find((one) => one.name === name)
    const word = listing === undefined ? nearestName(name, words) : undefined
    if (word !== undefined) throw new UsageError(`there is no "${name}"`, { hint: `did you mean "${word}"?` })
    const { options } = await registry.getLoader(name)
    const entry = { ...(await entryOf(listing ?? { name, origin: '' }, registry)), options: describeOptions(options) }
    for (const line of json ? [backendJson(entry)] : backendLines(entry)) await writer.write(line)
    return
  }
  for (const listing of registry.listLoaders()) entries.push(await entryOf(listing, registry))
  for (const line of json ? [backendsJson(entries)] : entries.flatMap(backendLines)) await writer.write(line)
}
