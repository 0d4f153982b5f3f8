import type { Log } from '../../src/core/types.js'

/** A log that remembers its warnings, and what it is told for information. */
export function rememberingLog(): Log & { readonly warnings: string[]; readonly infos: string[] } {
  const warnings: string[] = []
  const infos: string[] = []
  return {
    warnings,
    infos,
    error() {},
    warn: (message) => warnings.push(message),
    info: (message) => infos.push(message),
    debug() {},
  }
}
