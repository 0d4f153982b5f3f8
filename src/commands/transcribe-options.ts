import type { Command, Option } from 'commander'
import { OPTION_GROUPS, OPTION_KEYS, OPTION_TABLE, type ProgramSettings } from '../config/option-table.js'
import { TableOption } from './table-option.js'

/** Options of the command that are no part of the configuration. */
export interface CommandFlags extends ProgramSettings {
  readonly plugin?: readonly string[]
}

/**
 * Gives the command line its options; names, defaults and meaning as whisper_online.py where it has them. What one of the
 * commands does not have is read all the same, so that it can be refused with a reason, and not shown.
 */
export function addTranscribeOptions(command: Command, server: 'listen' | 'serve' | null = null): Command {
  for (const group of Object.keys(OPTION_GROUPS)) {
    for (const key of OPTION_KEYS) {
      const { group: own, notForListen, onlyForListen, onlyForServe } = OPTION_TABLE[key]
      if (own !== group || (onlyForListen && server === null) || (onlyForServe && server !== 'serve')) continue
      const option = new TableOption(key, server === 'serve')
      command.addOption(server !== null && notForListen !== undefined ? option.hideHelp() : option)
    }
  }
  return command
}

/** The options that say how a model is had from the Hub. */
export function hubOptions(): readonly Option[] {
  return [new TableOption('offlineModels'), new TableOption('revision'), new TableOption('precision')]
}

/** The option that says where downloaded models lie. */
export function cacheOption(): Option {
  return new TableOption('modelCacheDir')
}

/** The option that brings further backends. */
export function pluginOption(): Option {
  return new TableOption('plugins')
}

/** Adds options under headings. */
export function addGroups(program: Command, groups: Readonly<Record<string, readonly Option[]>>): Command {
  for (const [heading, options] of Object.entries(groups)) {
    for (const option of options) program.addOption(option.helpGroup(heading))
  }
  return program
}
