import { ownValue } from '../core/own-value.js'
import type { OptionRow } from './options/row.js'
import { type ConfigKey, OPTIONS, type OptionKey } from './options/table.js'

export type { BackendFacts, Circumstances, Condition, InputKind } from './options/conditions.js'
export { SERVER_OPTIONS } from './options/program.js'
export { OPTION_GROUPS, type OptionGroup, type OptionRow, type ValueKind } from './options/row.js'
export type { ConfigKey, OptionKey, ProgramSettings } from './options/table.js'
export { numberOf } from './options/values.js'

/**
 * Every option. What excludes what, whatever was given, stands in `clashes.ts`: programs that use the library need it as
 * well.
 */
export const OPTION_TABLE: Readonly<Record<OptionKey, OptionRow>> = OPTIONS

/** Keys of options, in the order of the table. */
export const OPTION_KEYS = Object.keys(OPTIONS) as readonly OptionKey[]

/** Keys of the configuration of a transcription. */
export const CONFIG_KEYS = OPTION_KEYS.filter((key) => OPTION_TABLE[key].isOfProgram !== true) as readonly ConfigKey[]

/** Values that options have unless they are given. Ref: whisper_online.py add_shared_args; model and backend are our own. */
export const ASR_DEFAULTS = Object.fromEntries(CONFIG_KEYS.map((key) => [key, OPTION_TABLE[key].default])) as {
  readonly [Key in ConfigKey]: (typeof OPTIONS)[Key]['default']
}

/** Other names that keys go by, those of options among them. */
export const ALIASES: Readonly<Record<string, OptionKey>> = { language: 'lan', plugin: 'plugins' }

/** The known key that is meant, which may be written in snake_case or kebab-case; undefined where there is none. */
export function findKey(written: string, known: readonly string[]): string | undefined {
  const camelCase = written.replace(/[-_]+([a-zA-Z0-9])/g, (_, letter: string) => letter.toUpperCase())
  return [written, camelCase, ownValue(ALIASES, written) ?? ''].find((key) => known.includes(key))
}

/** The option that is meant by its key, in any spelling, or by its flag; undefined where there is none. */
export function findOption(written: string): OptionKey | undefined {
  return findKey(written, OPTION_KEYS) as OptionKey | undefined
}
