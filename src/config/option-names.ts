import { findOption, OPTION_TABLE, type OptionKey } from './option-table.js'

/** What variables of the environment that set options begin with. */
export const VARIABLE_PREFIX = 'ASR_STREAM_'

/** The option of the command line for a key: "minChunkSize" is "--min-chunk-size". */
export function flagOf(key: string): string {
  if (Object.hasOwn(OPTION_TABLE, key)) return longFlags(key as OptionKey)[0] ?? key
  return `--${separated(key, '-')}`
}

/** All long options of a row: "--lan" and "--language". */
export function longFlags(key: OptionKey): readonly string[] {
  return OPTION_TABLE[key].flag.match(/--[a-z-]+/g) ?? []
}

/** The key of a configuration file, and of Python: "minChunkSize" is "min_chunk_size". */
export function snakeCase(key: string): string {
  return separated(key, '_')
}

/** The variable of the environment: "minChunkSize" is "ASR_STREAM_MIN_CHUNK_SIZE". */
export function variableOf(key: string): string {
  return VARIABLE_PREFIX + snakeCase(key).toUpperCase()
}

/** What sets an option that somebody calls by its flag: "no_live" is `live`; undefined where it is no such flag. */
export function turnedOff(written: string): OptionKey | undefined {
  const key = findOption(written.replace(/^no[-_]?(.)/i, (_, letter: string) => letter.toLowerCase()))
  return key !== undefined && isTurnedOff(key) ? key : undefined
}

/** Whether a flag was given: one such as --no-live sets its key to true when it was not. */
export function isGiven(key: string, value: unknown): boolean {
  const option = findOption(key)
  return value !== undefined && !(value === true && option !== undefined && isTurnedOff(option))
}

/** Whether the option sets its key to false. */
export function isTurnedOff(key: OptionKey): boolean {
  return OPTION_TABLE[key].flag.startsWith('--no-')
}

function separated(key: string, separator: string): string {
  return key.replace(/[A-Z]/g, (letter) => separator + letter.toLowerCase())
}
