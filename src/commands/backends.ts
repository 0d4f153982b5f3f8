import { createRegistry, type LoaderRegistry } from '../backends/registry.js'
import { describeOptions } from '../config/loader-options.js'
import { nearestName } from '../core/did-you-mean.js'
import { UsageError } from '../core/errors.js'
import { standardOutput } from '../output/writers/line-writer.js'
import { type BackendEntry, backendJson, backendLines, backendsJson } from '../terminal/backend-list.js'
import { createLog } from '../terminal/log.js'
import { entryOf } from './backend-entry.js'
import { pluginsInTime } from './plugins-in-time.js'

/** Options of `asr-stream backends`. */
export interface BackendsFlags {
  readonly plugin?: readonly string[]
  readonly json?: boolean
}

/** What may stand in place of the name of a backend. */
export interface OtherWords {
  readonly commands: readonly string[]
  /** Whether those are as likely as a backend, as in `asr-stream help NAME`. */
  readonly areMeant: boolean
}

/**
 * `asr-stream backends [name]`: lists the backends, what each can do, whether it can be used here, and where it comes
 * from; of one also its own options.
 *
 * @param words for those who misspell what they mean
 * @throws UsageError when there is no backend of that name
 */
export async function backends(
  name: string | undefined,
  { plugin = [], json = false }: BackendsFlags,
  words: OtherWords,
): Promise<void> {
  const registry = createRegistry()
  await pluginsInTime(plugin, registry, await createLog('WARNING'))
  const writer = standardOutput()
  if (name !== undefined) {
    const listing = registry.listLoaders().find((one) => one.name === name)
    if (listing === undefined) refuse(name, registry, words)
    const options = describeOptions((await registry.getLoader(name)).options, name)
    const entry = { ...(await entryOf(listing ?? { name, origin: '' }, registry)), options }
    for (const line of json ? [backendJson(entry)] : backendLines(entry)) await writer.write(line)
    return
  }
  const entries: BackendEntry[] = []
  for (const listing of registry.listLoaders()) entries.push(await entryOf(listing, registry))
  for (const line of json ? [backendsJson(entries)] : entries.flatMap(backendLines)) await writer.write(line)
}

/** @throws UsageError when something else may have been meant than a backend */
function refuse(name: string, registry: LoaderRegistry, { commands, areMeant }: OtherWords): void {
  const word = nearestName(name, commands)
  if (word !== undefined) throw new UsageError(`there is no "${name}"`, { hint: `did you mean "${word}"?` })
  const names = registry.listLoaders().map((one) => one.name)
  if (!areMeant || nearestName(name, names) !== undefined) return
  const hint = `commands: ${commands.join(', ')}; backends: ${names.join(', ')}`
  throw new UsageError(`there is no command and no backend "${name}"`, { hint })
}
