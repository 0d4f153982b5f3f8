import { createRequire } from 'node:module'
import { join } from 'node:path'

/** The library that runs the models: an optional peer. */
export const LIBRARY = '@huggingface/transformers'

/** Its file: that beside this program, else that of the folder one is in. Null where it is not installed. */
export function findLibrary(folder: string = process.cwd()): string | null {
  for (const from of [import.meta.url, join(folder, 'any.js')]) {
    try {
      return createRequire(from).resolve(LIBRARY)
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException
      if (code !== 'MODULE_NOT_FOUND' && code !== 'ERR_PACKAGE_PATH_NOT_EXPORTED') throw error
    }
  }
  return null
}
