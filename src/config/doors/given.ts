import { optionName } from '../config.js'
import { flagOf } from '../option-names.js'
import { CONFIG_KEYS, findOption, type OptionKey } from '../option-table.js'
import type { Settings } from './setting.js'

/** Which door the options of a run came through, for messages about them. */
export class Given {
  /** Path of the configuration file; null: there is none. */
  readonly file: string | null
  readonly #settings: Settings

  /** @param settings what came from files and variables; all else is of the command line */
  constructor(settings: Settings = new Map(), file: string | null = null) {
    this.#settings = settings
    this.file = file
  }

  /** Whether an option is from a file or from a variable, which may be there for other runs as well. */
  isFromAfar(key: string): boolean {
    const option = findOption(key)
    return option !== undefined && this.#settings.has(option)
  }

  /** How messages call an option of the program: by its flag, its variable, or its place in a file. */
  nameOf = (key: string): string => {
    const option = findOption(key)
    return option === undefined ? flagOf(key) : (this.#settings.get(option)?.name ?? flagOf(option))
  }

  /** The same for a key of the configuration; any other key is an option of the backend. */
  configName = (key: string): string => {
    if (CONFIG_KEYS.some((known) => known === key)) return this.nameOf(key)
    const from = this.#settings.get('option' satisfies OptionKey)
    return from === undefined ? optionName(key) : `${key} in ${from.name}`
  }
}
