import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type * as Library from '@huggingface/transformers'
import { BackendError, messageOf } from '../../core/errors.js'
import type { Availability } from '../../core/types.js'
import { runtimeAvailability, runtimeFailure } from '../onnx/runtime-failure.js'

/** The library that runs the models: an optional peer. */
const LIBRARY = '@huggingface/transformers'
const RUNTIME = 'onnxruntime-node'
const INSTALL = 'asr-stream backends install transformers'

/** The folder of this package. */
export const PROGRAM_FOLDER = fileURLToPath(new URL('../../../', import.meta.url))

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
    return { available: false, reason: `${LIBRARY} is not installed`, install: INSTALL }
  }
  const [theirs, ours] = [runtimeVersion(file), runtimeVersion(import.meta.url)]
  if (theirs === ours) return { file }
  const reason = `${LIBRARY} comes with ${RUNTIME} ${theirs}, and only ${ours}, which is in use here, can be loaded`
  return { available: false, reason, install: INSTALL }
}

/** What npm is asked for: releases with the version of ONNX Runtime that this program has, as package.json says. */
export function fittingLibrary(): string {
  const manifest = readFileSync(join(PROGRAM_FOLDER, 'package.json'), 'utf8')
  const { peerDependencies } = JSON.parse(manifest) as { readonly peerDependencies: Readonly<Record<string, string>> }
  return `${LIBRARY}@${peerDependencies[LIBRARY]}`
}

/**
 * Loads the library.
 * @throws BackendError when the ONNX Runtime that it has does not load: in the system's own words nobody knows what to do
 */
export function loadLibrary(file: string): typeof Library {
  try {
    return createRequire(import.meta.url)(file) as typeof Library
  } catch (cause) {
    const said = `${messageOf(cause)} ${(cause as NodeJS.ErrnoException).code}`
    if (!/onnxruntime|ERR_DLOPEN_FAILED/.test(said)) throw cause
    const { message, hint } = runtimeFailure(cause)
    throw new BackendError(`${message}; ${hint}`, { cause })
  }
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
