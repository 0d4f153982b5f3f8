import { nearestName } from '../core/did-you-mean.js'
import { UsageError } from '../core/errors.js'
import { insteadOf } from './foreign-options.js'

/** A command as mistakes are judged by it. */
export interface CommandNames {
  /** As "asr-stream models pull". */
  readonly path: string
  /** Its long options, such as "--model". */
  readonly options: readonly string[]
  /** Names of the commands below it. */
  readonly commands: readonly string[]
}

const seeHelp = ({ path }: Pick<CommandNames, 'path'>) => `see ${path} --help`

/** @param others the other commands, which may have the option */
export function unknownOption(flag: string, at: CommandNames, others: readonly CommandNames[]): UsageError {
  const message = `${at.path} has no option ${flag}`
  if (!flag.startsWith('--')) return new UsageError(message, { hint: seeHelp(at) })
  const nearest = nearestName(
    flag.slice(2),
    at.options.map((option) => option.slice(2)),
  )
  const instead = insteadOf(flag)
  if (instead !== undefined) return new UsageError(message, { hint: instead })
  const owner = others.find(({ options }) => options.includes(flag))
  if (owner !== undefined) return new UsageError(message, { hint: `${owner.path} has it` })
  return new UsageError(message, { hint: nearest === undefined ? seeHelp(at) : `did you mean --${nearest}?` })
}

/** What was given for a command where there is none of that name. */
export function unknownCommand(name: string, at: CommandNames): UsageError {
  const nearest = nearestName(name, at.commands)
  const hint =
    nearest === undefined ? `there are: ${at.commands.join(', ')}; ${seeHelp(at)}` : `did you mean "${nearest}"?`
  return new UsageError(`${at.path} has no command "${name}"`, { hint })
}

/** More was given than a command takes. */
export function tooMuch(given: readonly string[], at: CommandNames, taken: number): UsageError {
  const list = given.map((text) => `"${text}"`).join(' and ')
  const takes = taken === 0 ? 'takes nothing besides options' : `takes one ${taken === 1 ? 'name' : 'list of names'}`
  return new UsageError(`${at.path} ${takes}, not ${list}`, { hint: seeHelp(at) })
}

/**
 * Whether a name that is no file was meant to be a command: "listn".
 * @returns null where nothing is near, or where it looks like a file
 */
export function meantCommand(name: string, { commands }: CommandNames): UsageError | null {
  const nearest = /^[a-z]+$/i.test(name) ? nearestName(name, commands) : undefined
  if (nearest === undefined) return null
  return new UsageError(`there is no file and no command "${name}"`, { hint: `did you mean "${nearest}"?` })
}
