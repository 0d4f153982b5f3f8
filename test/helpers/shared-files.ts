import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const SHARED = fileURLToPath(new URL('../../../shared/', import.meta.url))
const VECTORS = fileURLToPath(new URL('../vectors/', import.meta.url))

/** A folder of the material that lies beside the repository where the program is developed; null elsewhere. */
export function sharedFolder(name: 'conformance' | 'fixtures' | 'reference', override?: string): string | null {
  const folder = override ?? join(SHARED, name)
  return existsSync(folder) ? folder : null
}

/**
 * Recorded cases of the reference: those in test/vectors, and the larger set from `CONFORMANCE_DIR` or from beside the
 * repository where there is one.
 */
export function loadConformance<Case>(suite: string): readonly Case[] {
  const whole = sharedFolder('conformance', process.env.CONFORMANCE_DIR)
  const folders = [whole ?? VECTORS, join(VECTORS, 'recorded')]
  return folders.flatMap((folder) => {
    const file = join(folder, `${suite}.json`)
    if (!existsSync(file)) return []
    return (JSON.parse(readFileSync(file, 'utf8')) as { readonly cases: readonly Case[] }).cases
  })
}
