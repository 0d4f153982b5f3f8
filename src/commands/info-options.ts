import { readFileSync } from 'node:fs'
import { Command, Option } from 'commander'
import { unknownCommand } from '../config/command-mistakes.js'
import { namesOf } from './command-names.js'
import { pluginOption } from './transcribe-options.js'

/** Adds `asr-stream info` and `asr-stream help`. */
export function addInfoCommands(program: Command): void {
  program
    .command('info')
    .description('print what belongs in a bug report: versions, machine, model')
    .addOption(new Option('--json', 'print JSON'))
    .configureHelp({ showGlobalOptions: false })
    .action(async ({ json = false }: { readonly json?: boolean }) => {
      const { info } = await import('./info.js')
      await info(json)
    })
  program
    .command('help')
    .description('print help for the program, a command or a backend')
    .usage('[command | backend]')
    .argument('[topics...]')
    .addOption(pluginOption())
    .configureHelp({ showGlobalOptions: false })
    .action(async (topics: readonly string[], _flags, command: Command) => {
      const topic = find(program, topics)
      if (topic instanceof Command) return topic.help()
      const { backends } = await import('./backends.js')
      const { commands } = namesOf(program)
      await backends(topic, command.optsWithGlobals(), { commands, areMeant: true })
    })
}

/**
 * The command that is named, or a name that may be that of a backend.
 * @throws UsageError when a command has none of that name
 */
function find(command: Command, [name, ...more]: readonly string[]): Command | string {
  if (name === undefined) return command
  const found = command.commands.find((one) => one.name() === name)
  if (found !== undefined) return find(found, more)
  if (more.length === 0 && (command.parent === null || command.name() === 'backends')) return name
  throw unknownCommand(command.parent === null ? [name, ...more].join(' ') : name, namesOf(command))
}

/** As package.json has it. */
export function programVersion(): string {
  const manifest = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
    readonly version: string
  }
  return manifest.version
}
