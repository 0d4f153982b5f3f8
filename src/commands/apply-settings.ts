import type { Command } from 'commander'
import { gather } from '../config/doors/gather.js'
import { Given } from '../config/doors/given.js'
import { flagOf } from '../config/option-names.js'
import { OPTION_TABLE, type OptionKey } from '../config/option-table.js'
import { checkedValue } from '../config/types.js'
import { logLine } from '../terminal/log.js'
import { tableOptions } from './table-option.js'

/**
 * Gives a command the options that a configuration file and variables set, where the command line does not, and tells what
 * was left out.
 *
 * @param program the program itself, some of whose options may stand before the name of the command
 * @throws UsageError for what is wrong with them, and with options that are not checked as a configuration
 */
export async function applySettings(
  program: Command,
  command: Command,
  environment: NodeJS.ProcessEnv = process.env,
): Promise<Given> {
  const flags = new Map([program, command].flatMap(flagsOf))
  const own = new Map(tableOptions(command.options).map((option) => [option.key, option.attributeName()]))
  const { settings, file, warnings, notes } = await gather({
    flags,
    environment,
    known: [...own.keys()],
    isListen: ['listen', 'serve'].includes(command.name()),
    hasAudio: command === program && command.args.length > 0,
  })
  for (const [key, { value, door }] of settings) {
    command.setOptionValueWithSource(own.get(key) ?? key, value, door === 'file' ? 'config' : 'env')
  }
  // It has done its work, and is no key of the configuration.
  for (const one of [program, command]) one.setOptionValue('config', undefined)
  const { logLevel, quiet } = command.optsWithGlobals<{ readonly logLevel?: string; readonly quiet?: boolean }>()
  const isQuiet = logLevel === undefined ? quiet : ['ERROR', 'CRITICAL'].includes(logLevel)
  if (!isQuiet) for (const text of warnings) process.stderr.write(logLine('warning', text))
  if (logLevel === 'DEBUG') for (const text of notes) process.stderr.write(logLine('debug', text))
  return new Given(settings, file)
}

/** What the command line gives; what only the program reads is checked here. */
function flagsOf(command: Command): readonly (readonly [OptionKey, unknown])[] {
  const given = tableOptions(command.options).filter(
    (option) => command.getOptionValueSource(option.attributeName()) === 'cli',
  )
  return given.map((option) => {
    const attribute = option.attributeName()
    const value: unknown = command.getOptionValue(attribute)
    if (OPTION_TABLE[option.key].isOfProgram !== true) return [option.key, value]
    const checked = checkedValue(option.key, value, flagOf(option.key))
    command.setOptionValueWithSource(attribute, checked, 'cli')
    return [option.key, checked]
  })
}
