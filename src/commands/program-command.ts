import { existsSync } from 'node:fs'
import { Command } from 'commander'
import { meantCommand, otherMistake, tooMuch, unknownCommand, unknownOption } from '../config/command-mistakes.js'
import { everyCommand, namesOf, rootOf } from './command-names.js'

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
      const isDefault = parent instanceof ProgramCommand && parent.#defaultName === this.name()
      // Commander hands what the parent does not know to the command that it runs by default.
      if (isDefault && parent.args[0] !== this.name()) throw unknownCommand(first ?? '', namesOf(parent))
      const instead = isDefault ? parent.#instead : undefined
      throw mistaken ?? tooMuch(this.args, names, this.registeredArguments.length, instead)
    }
    throw otherMistake(message, names)
  }

  #defaultName: string | undefined
  #instead: string | undefined

  /**
   * Runs a command below this one when none is named.
   * @param instead the command that takes a name where that one takes none; absent: none does
   */
  setDefault(name: string, instead?: string): void {
    this.#defaultName = name
    this.#instead = instead
  }
}
