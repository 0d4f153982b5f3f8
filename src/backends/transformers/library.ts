import { createRequire } from 'node:module'
import { join } from 'node:path'
import type { Availability } from '../../core/types.js'
import { runtimeAvailability } from '../onnx/runtime-failure.js'

/** The library that runs the models: an optional peer. */
const LIBRARY = '@huggingface/transformers'
const RUNTIME = 'onnxruntime-node'
/** Releases that ask for the version of ONNX Runtime that this program has; as in package.json. */
const FITTING_RELEASES = '~4.3.1'

/** Where the library is, or why it cannot be used. */
export type FoundLibrary = { readonly file: string } | Extract<Availability, { readonly available: false }>

/**
 * Looks for the library: beside this program, then where one is. Nothing of it is loaded.
 *
 * It must have the version of ONNX Runtime that this program has. A process can load one version only: the file of the
 * second has the name of the first, and is taken for it.
 */
export function findLibrary(folder: string = process.cwd()): FoundLibrary {
  const runtime = runtimeAvailability()
  if (!runtime.available) return runtime
  const file = resolved(LIBRARY, [import.meta.url, join(folder, 'any.js')])
  if (file === null) {
    return { available: false, reason: `${LIBRARY} is not installed`, install: `npm install ${LIBRARY}` }
  }
  const [theirs, ours] = [runtimeVersion(file), runtimeVersion(import.meta.url)]
  if (theirs === ours) return { file }
  const reason = `${LIBRARY} comes with ${RUNTIME} ${theirs}, and only ${ours}, which is in use here, can be loaded`
  return { available: false, reason, install: `npm install "${LIBRARY}@${FITTING_RELEASES}"` }
}

function runtimeVersion(from: string): string {
  const { version } = createRequire(from)(`${RUNTIME}/package.json`) as { readonly version: string }
  return version
}

function resolved(name: string, places: readonly string[]): string | null {
  for (const place of places) {
    try {
      return createRequire(place).resolve(name)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'MODULE_NOT_FOUND') throw error
    }
  }
  return null
}
