import type { LoaderRegistry } from '../backends/registry.js'
import { parseLoaderOptions } from '../config/config.js'
import type { LoaderOptions } from '../config/loader-options.js'
import { resolveOptions } from '../config/loader-options.js'
import { findKey } from '../config/option-table.js'
import { AsrStreamError, UsageError } from '../core/errors.js'

/**
 * Reads `key=value` pairs for a backend.
 * @throws UsageError as `parseLoaderOptions`; where another backend has the option it says which
 */
export async function ownOptions(pairs: readonly string[], backend: string, registry: LoaderRegistry, door?: string) {
  const { options } = await registry.getLoader(backend)
  try {
    return parseLoaderOptions(pairs, backend, options, door)
  } catch (error) {
    const stranger = pairs.map((pair) => pair.split('=')[0] ?? '').find((key) => !has(options, key, backend))
    const owner = stranger === undefined ? null : await ownerOf(stranger, registry)
    if (owner === null || !(error instanceof AsrStreamError)) throw error
    throw new UsageError(`the backend "${backend}" has no option "${stranger}"`, {
      hint: `the backend ${owner} has it: give --backend ${owner}`,
    })
  }
}

async function ownerOf(option: string, registry: LoaderRegistry): Promise<string | null> {
  for (const { name } of registry.listLoaders()) {
    const loader = await registry.getLoader(name)
    if (has(loader.options, option, name)) return name
  }
  return null
}

function has(options: LoaderOptions | undefined, key: string, backend: string): boolean {
  return findKey(key, Object.keys(resolveOptions(options, [], backend).shape)) !== undefined
}
