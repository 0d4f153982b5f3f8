import { existsSync } from 'node:fs'
import type { Command } from 'commander'
import { meantCommand } from '../config/command-mistakes.js'
import { UsageError } from '../core/errors.js'
import { everyCommand, namesOf } from './command-names.js'

/** Options of the transcriber before the name of another command, where they have no effect. */
export function refuseForeignOptions(program: Command, called: Command): void {
  if (['listen', 'serve'].includes(called.name())) return
  const given = program.options.filter((option) => program.getOptionValueSource(option.attributeName()) === 'cli')
  const known = everyCommand(called).flatMap((command) => command.options.map((option) => option.attributeName()))
  const foreign = given.find((option) => ![...known, 'logLevel', 'quiet', 'config'].includes(option.attributeName()))
  if (foreign === undefined) return
  throw new UsageError(`${foreign.long} is not for ${called.name()}`, { hint: `see ${namesOf(called).path} --help` })
}

/** A name that is no file and nearly that of a command. */
export function refuseMisspeltCommand(name: string | undefined, program: Command): void {
  const mistaken = name === undefined || existsSync(name) ? null : meantCommand(name, namesOf(program))
  if (mistaken !== null) throw mistaken
}
