import type { Given } from '../config/doors/given.js'
import type { ReadFile } from '../output/writers/check-written.js'
import type { CommandFlags } from './transcribe-options.js'

/** Options that name files which are read, and what is in them. */
const READ: Readonly<Record<string, string>> = {
  initialPromptFile: 'the prompt',
  keyterms: 'the names and terms',
  plugin: 'a plugin',
}

/** The files that a run reads beside its recordings: what it writes must replace none of them. */
export function filesRead(flags: CommandFlags, given: Given | undefined): readonly ReadFile[] {
  const named = Object.entries(flags).flatMap(([key, value]) => {
    const what = READ[key]
    const paths = [value].flat().filter((path) => typeof path === 'string')
    return what === undefined ? [] : paths.map((path) => ({ path, what }))
  })
  const file = given?.file ?? null
  return file === null ? named : [{ path: file, what: 'the configuration' }, ...named]
}
