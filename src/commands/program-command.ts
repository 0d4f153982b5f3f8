import { existsSync } from 'node:fs'
import { Command } from 'commander'
import { type CommandNames, meantCommand, tooMuch, unknownCommand, unknownOption } from '../config/command-mistakes.js'
import { UsageError } from '../core/errors.js'

/** A command whose errors say what was meant, which commander's own guesses often miss. */
export class ProgramCommand extends Command {
  override createCommand(name?: string): ProgramCommand {
    return new ProgramCommand(name)
  }

  /** @throws UsageError always */
  override error(message: string, { code }: { code?: string } = {}): never {
    const names = namesOf(this)
    const [first] = this.args
    const mistaken = first === undefined || existsSync(first) ? null : meantCommand(first, names)
    if (code === 'commander.unknownOption') {
      const flag = /'(.+)'/.exec(message)?.[1]?.replace(/=.*$/, '') ?? ''
      throw mistaken ?? unknownOption(flag, names, everyCommand(rootOf(this)).map(namesOf))
    }
    if (code === 'commander.excessArguments') {
      const { parent } = this
      // Commander hands what the parent does not know to the command that it runs by default.
      if (parent instanceof ProgramCommand && parent.isDefault(this.name())) {
        throw unknownCommand(first ?? '', namesOf(parent))
      }
      throw mistaken ?? tooMuch(this.args, names, this.registeredArguments.length)
    }
    throw new UsageError(message.replace(/^error: /, '').replace(/\.$/, ''), { hint: `see ${names.path} --help` })
  }

  /** Whether a command below this one runs when none is named. */
  isDefault(name: string): boolean {
    return this.#defaultName === name
  }

  #defaultName: string | undefined

  /** Runs a command below this one when none is named. */
  setDefault(name: string): void {
    this.#defaultName = name
  }
}

/** A command, its options and the commands below it. */
export function namesOf(command: Command): CommandNames {
  const own = command.parent === null ? '' : `${namesOf(command.parent).path} `
  const options = command.options.filter(({ hidden }) => !hidden).flatMap(({ long }) => long ?? [])
  return { path: `${own}${command.name()}`, options, commands: command.commands.map((one) => one.name()) }
}

function rootOf(command: Command): Command {
  return command.parent === null ? command : rootOf(command.parent)
}

/** A command and all below it. */
export function everyCommand(command: Command): readonly Command[] {
  return [command, ...command.commands.flatMap(everyCommand)]
}
