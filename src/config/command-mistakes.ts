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
  const list = at.commands.length === 0 ? '' : `there are: ${at.commands.join(', ')}; `
  const hint = nearest === undefined ? `${list}${seeHelp(at)}` : `did you mean "${nearest}"?`
  return new UsageError(`${at.path} has no command "${name}"`, { hint })
}

/**
 * More was given than a command takes.
 * @param instead the command that takes it; absent: none does
 */
export function tooMuch(given: readonly string[], at: CommandNames, taken: number, instead?: string): UsageError {
  const list = given.map((text) => `"${text}"`).join(' and ')
  const takes = taken === 0 ? 'takes nothing besides options' : `takes one ${taken === 1 ? 'name' : 'list of names'}`
  const hint = instead === undefined ? seeHelp(at) : `"${instead} ${given[0]}" tells of one`
  return new UsageError(`${at.path} ${takes}, not ${list}`, { hint })
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

/** What the library for command lines says, and how it reads here. */
const SENTENCES: readonly (readonly [says: RegExp, sentence: (path: string, ...parts: string[]) => string])[] = [
  [/^missing required argument '(.+)'$/, (path, name) => `${path} needs <${name}>`],
  [/^required option '(.+)' not specified$/, (path, flags) => `${path} needs ${flags}`],
  [/^option '(.+)' argument missing$/, (_, flags) => `${longOf(flags)} needs a value: ${flags}`],
]
const CHOICES =
  /^(?:option|command-argument value) '(.+?)' (?:argument '(.*)' )?is invalid(?: for argument '(.+)')?\. Allowed choices are (.+)\.$/s

/** What is wrong with a command line besides. */
export function otherMistake(says: string, at: CommandNames): UsageError {
  const text = says.replace(/^error: /, '')
  const [, first = '', given = first, argument, list] = CHOICES.exec(text) ?? []
  if (list !== undefined) {
    const choices = list.split(', ')
    if (argument === undefined) return wrongChoice(longOf(first), given, choices)
    return new UsageError(`${at.path} knows no ${argument} "${given}"`, { hint: `there are: ${list}` })
  }
  for (const [pattern, sentence] of SENTENCES) {
    const [whole, ...parts] = pattern.exec(text) ?? []
    if (whole !== undefined) return new UsageError(sentence(at.path, ...parts), { hint: seeHelp(at) })
  }
  return new UsageError(text.replace(/\.$/, ''), { hint: seeHelp(at) })
}

function wrongChoice(flag: string, given: string, choices: readonly string[]): UsageError {
  const nearest = nearestName(given, choices)
  return new UsageError(`${flag} must be one of ${choices.join(', ')}, not "${given}"`, {
    ...(nearest !== undefined && { hint: `did you mean "${nearest}"?` }),
  })
}

/** "--out <folder>" is "--out". */
function longOf(flags: string | undefined): string {
  return /--[a-z-]+/.exec(flags ?? '')?.[0] ?? flags ?? ''
}
