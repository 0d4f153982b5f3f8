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
 * Recorded cases of the reference: the whole set from `CONFORMANCE_DIR` or from beside the repository; without it the
 * part that is kept in test/vectors.
 */
export function loadConformance<Case>(suite: string): readonly Case[] {
  const whole = sharedFolder('conformance', process.env.CONFORMANCE_DIR)
  const parsed: { readonly cases: readonly Case[] } = JSON.parse(
    readFileSync(join(whole ?? VECTORS, `${suite}.json`), 'utf8'),
  )
  return parsed.cases
}
