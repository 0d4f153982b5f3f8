import { clashesOf } from '../clashes.js'
import { flagOf } from '../option-names.js'
import { CONFIG_KEYS, OPTION_TABLE, type OptionKey } from '../option-table.js'
import type { ASRConfig } from '../options/table.js'
import { typeOf } from '../types.js'
import { readConfigFile } from './config-file.js'
import type { Setting, Settings } from './setting.js'
import { readVariables } from './variables.js'

/** What the options of a run are gathered from. */
export interface Doors {
  /** Options of the command line that were given, as commander has read them. */
  readonly flags: ReadonlyMap<OptionKey, unknown>
  readonly environment: Readonly<Record<string, string | undefined>>
  /** Options that the command has. */
  readonly known: readonly OptionKey[]
  /** Whether the command is a server. */
  readonly isListen: boolean
  /** Whether the command line names audio. */
  readonly hasAudio: boolean
}

/** What files and variables give to a run. */
export interface Gathered {
  readonly settings: Settings
  /** Path of the file; null: there is none. */
  readonly file: string | null
  /** What is worth a warning. */
  readonly warnings: readonly string[]
  /** What was left out, and why. */
  readonly notes: readonly string[]
}

/**
 * The options that files and variables set: what the command line gives wins over a variable, a variable over the file. What
 * is there for other runs, and does not fit this one, is left out.
 *
 * @throws UsageError for what is wrong with the file or with a variable
 */
export async function gather(doors: Doors): Promise<Gathered> {
  const { flags, known, isListen, hasAudio } = doors
  const { settings: variables, warnings } = readVariables(doors.environment)
  const named = flags.get('config') ?? variables.get('config')?.value
  const path = typeof named === 'string' ? named : null
  const file: Settings = path === null ? new Map() : await readConfigFile(path)
  const settings = new Map<OptionKey, Setting>([...file, ...variables])
  const notes: string[] = []
  const leaveOut = (key: OptionKey, why: string) => {
    notes.push(`${settings.get(key)?.name} is left out: ${why}`)
    settings.delete(key)
  }
  settings.delete('config')
  for (const key of [...settings.keys()]) {
    const { notForListen, onlyForListen, onlyForServe } = OPTION_TABLE[key]
    if (flags.has(key)) settings.delete(key)
    else if (isListen && notForListen !== undefined) leaveOut(key, notForListen)
    else if (known.includes('offline') && !isListen && onlyForListen)
      leaveOut(key, `it is for asr-stream ${onlyForServe ? 'serve' : 'listen'}`)
    else if (!known.includes(key)) settings.delete(key)
  }
  if (hasAudio && settings.has('mic')) leaveOut('mic', 'a file or a pipe is given')
  const meant = (settings.get('option')?.door === 'file' ? file : variables).get('backend')?.value
  const chosen = flags.get('backend') ?? settings.get('backend')?.value
  if (settings.has('option') && meant !== undefined && meant !== chosen) {
    leaveOut('option', `it is for the backend "${meant}", and "${chosen}" is used`)
  }
  leaveOutClashes(flags, settings, leaveOut)
  return { settings, file: path, warnings, notes }
}

/** Of two values that exclude each other the one from farther off gives way; those of the same door are an error. */
function leaveOutClashes(
  flags: ReadonlyMap<OptionKey, unknown>,
  settings: Map<OptionKey, Setting>,
  leaveOut: (key: OptionKey, why: string) => void,
): void {
  const rankOf = (key: OptionKey) => rank(key, flags, settings)
  for (;;) {
    const weakest = clashesOf(configOf(flags, settings)).flatMap(({ keys: [one, other], isDependent, message }) => {
      if (!isDependent && rankOf(one) === rankOf(other)) return []
      const key = isDependent || rankOf(one) < rankOf(other) ? one : other
      return settings.has(key) ? [{ key, message }] : []
    })[0]
    if (weakest === undefined) return
    leaveOut(
      weakest.key,
      weakest.message((key) => nameOf(key as OptionKey, settings)),
    )
  }
}

/** How near a value comes from: 3 the command line, 2 a variable, 1 a file, 0 the default. */
function rank(key: OptionKey, flags: ReadonlyMap<OptionKey, unknown>, settings: Settings): number {
  if (flags.has(key)) return 3
  const door = settings.get(key)?.door
  return door === undefined ? 0 : door === 'variable' ? 2 : 1
}

function nameOf(key: OptionKey, settings: Settings): string {
  return settings.get(key)?.name ?? flagOf(key)
}

/** What the configuration would be; flags that do not fit are refused later, with all the others. */
function configOf(flags: ReadonlyMap<OptionKey, unknown>, settings: Settings): ASRConfig {
  const values = CONFIG_KEYS.map((key) => {
    const result = typeOf(key).safeParse(flags.get(key) ?? settings.get(key)?.value)
    return [key, result.success ? result.data : OPTION_TABLE[key].default]
  })
  return Object.fromEntries(values) as ASRConfig
}
