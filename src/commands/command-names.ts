import type { Command } from 'commander'
import type { CommandNames } from '../config/command-mistakes.js'

/** A command, its options and the commands below it. */
export function namesOf(command: Command): CommandNames {
  const own = command.parent === null ? '' : `${namesOf(command.parent).path} `
  const options = command.options.filter(({ hidden }) => !hidden).flatMap(({ long }) => long ?? [])
  return { path: `${own}${command.name()}`, options, commands: command.commands.map((one) => one.name()) }
}

/** The program that a command belongs to. */
export function rootOf(command: Command): Command {
  return command.parent === null ? command : rootOf(command.parent)
}

/** A command and all below it. */
export function everyCommand(command: Command): readonly Command[] {
  return [command, ...command.commands.flatMap(everyCommand)]
}
