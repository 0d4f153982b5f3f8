import { type Command, Option } from 'commander'
import { pluginOption } from './transcribe-options.js'

interface Flags {
  readonly plugin?: readonly string[]
  readonly json?: boolean
}

/** Adds `asr-stream backends`, `backends NAME`, `backends new` and `backends install`. */
export function addBackendsCommand(program: Command, signal: AbortSignal): void {
  const command = program
    .command('backends')
    .description('list speech backends, their capabilities and options')
    .usage('[options] [name] | new <name> | install <name>')
    .argument('[name]', 'a backend, to see its own options')
    .addOption(pluginOption())
    .addOption(new Option('--json', 'print JSON'))
    .configureHelp({ showGlobalOptions: false })
    .action(async (name: string | undefined, _flags, command: Command) => {
      const { backends } = await import('./backends.js')
      await backends(name, command.optsWithGlobals<Flags>(), ['new', 'install'])
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
  command
    .command('install')
    .description('install what the backend transformers needs, with npm: 177 MB')
    .argument('<name>', 'transformers')
    .option('--dry-run', 'print what would be run, and run nothing')
    .configureHelp({ showGlobalOptions: false })
    .action(async (name: string, { dryRun = false }: { readonly dryRun?: boolean }) => {
      const { installBackend } = await import('./backends-install.js')
      await installBackend(name, dryRun, signal)
    })
}
