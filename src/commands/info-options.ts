import { readFileSync } from 'node:fs'
import { type Command, Option } from 'commander'
import { namesOf } from './program-command.js'
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
      if (topic !== null) return topic.help()
      const { backends } = await import('./backends.js')
      const { commands } = namesOf(program)
      await backends(topics.join(' '), command.optsWithGlobals(), { commands, areMeant: true })
    })
}

/** The command that is named; null where there is none: it may be a backend. */
function find(command: Command, [name, ...more]: readonly string[]): Command | null {
  if (name === undefined) return command
  const found = command.commands.find((one) => one.name() === name)
  return found === undefined ? null : find(found, more)
}

/** As package.json has it. */
export function programVersion(): string {
  const manifest = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
    readonly version: string
  }
  return manifest.version
}
