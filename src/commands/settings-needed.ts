import type { Command } from 'commander'
import { VARIABLE_PREFIX } from '../config/option-names.js'
import { tableOptions } from './table-option.js'

/** Commands whose options are checked whether or not any is given. */
const CHECKED: readonly string[] = ['listen', 'serve', 'evaluate', 'batch', 'enqueue', 'worker']

/**
 * Whether there is anything to check or to read before a command runs: so that help and lists come without loading what
 * checks options.
 *
 * @param environment variables
 */
export function settingsNeeded(program: Command, command: Command, environment: NodeJS.ProcessEnv): boolean {
  if (command === program || CHECKED.includes(command.name())) return true
  if (Object.keys(environment).some((name) => name.startsWith(VARIABLE_PREFIX))) return true
  return tableOptions(program.options).some((option) => program.getOptionValueSource(option.attributeName()) === 'cli')
}
