import { type Command, Option } from 'commander'
import { pluginOption } from './transcribe-options.js'

interface Flags {
  readonly plugin?: readonly string[]
  readonly json?: boolean
}

/** Adds `asr-stream backends`, `backends NAME` and `backends new`. */
export function addBackendsCommand(program: Command): void {
  const command = program
    .command('backends')
    .description('list recognition engines, what each can do, and its options')
    .usage('[options] [name] | new <name>')
    .argument('[name]', 'a backend, to see its own options')
    .addOption(pluginOption())
    .addOption(new Option('--json', 'print JSON'))
    .configureHelp({ showGlobalOptions: false })
    .action(async (name: string | undefined, _flags, command: Command) => {
      const { backends } = await import('./backends.js')
      await backends(name, command.optsWithGlobals<Flags>(), { commands: ['new'], areMeant: false })
    })
  command
    .command('new')
    .description('write a backend of your own that works, with its test, in TypeScript')
    .argument('<name>', 'name of the backend and of the package, as my-backend')
    .option('--folder <path>', 'where to write it (default: a new folder of that name)')
    .configureHelp({ showGlobalOptions: false })
    .action(async (name: string, flags: { readonly folder?: string }) => {
      const { newBackend } = await import('./backends-new.js')
      await newBackend(name, flags)
    })
}
