import type { Log } from '../../src/types.js'

/** A log that remembers its warnings. */
export function rememberingLog(): Log & { readonly warnings: string[] } {
  const warnings: string[] = []
  return { warnings, error() {}, warn: (message) => warnings.push(message), info() {}, debug() {} }
}
