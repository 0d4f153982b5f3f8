import { readFileSync } from 'node:fs'
import { Command, CommanderError } from 'commander'
import { addListenOptions, type ListenFlags } from './commands/listen-options.js'
import { addModelsCommand } from './commands/models-options.js'
import { addTranscribeOptions, type CommandFlags, pluginOption } from './commands/transcribe-options.js'
import { AsrStreamError, EXIT, messageOf } from './errors.js'
import { logLine, PROGRAM } from './log.js'

/** Exit codes after a signal: 128 and its number. */
const SIGNALS = {
  SIGINT: EXIT.interrupted,
  SIGTERM: 143,
  // Windows ends a program whose window is closed by itself.
  ...(process.platform === 'win32' ? {} : { SIGHUP: 129 }),
}
/** A backend that leaves something open after the end does not keep the program longer than this. */
const LINGER_MS = 2000

/** Runs the command line; the only place that catches errors, and the only one that decides the exit code. */
export async function main(argv: readonly string[]): Promise<void> {
  const interruption = new AbortController()
  let signalCode: number | undefined
  for (const [signal, code] of Object.entries(SIGNALS)) {
    process.on(signal, () => {
      // A terminal that is closed sends it, and the shell in it once more.
      if (signalCode !== undefined && signal === 'SIGHUP') return
      // The second time it is meant: whatever is under way is left as it is.
      if (signalCode !== undefined) process.exit(code)
      signalCode = code
      interruption.abort()
    })
  }
  // A failed write says so itself; without a listener it would end the program before it can.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {})
  const program = createProgram(interruption.signal)
  const fail = (error: unknown) => report(error, program.opts<CommandFlags>().logLevel === 'DEBUG')
  for (const event of ['uncaughtException', 'unhandledRejection']) {
    process.on(event, (error) => process.exit(fail(error)))
  }
  try {
    await program.parseAsync(inKebabCase(argv), { from: 'user' })
    process.exitCode = signalCode ?? EXIT.ok
  } catch (error) {
    process.exitCode = signalCode ?? fail(error)
  }
  setTimeout(() => process.exit(), LINGER_MS).unref()
}

function createProgram(signal: AbortSignal): Command {
  const program = new Command(PROGRAM)
    .description('Prints what is said, with times, as soon as it will not change any more.')
    .usage('[options] <audio> | - | --mic')
    .argument('[audio]', 'WAV file; - for standard input: WAV, or raw audio as the --raw options say')
    .enablePositionalOptions()
    .version(version(), '--version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand(false)
    .exitOverride()
    .configureOutput({ writeErr: () => {} })
    .configureHelp({ helpWidth: HELP_WIDTH, showGlobalOptions: true })
  addTranscribeOptions(program)
    .addHelpText('after', HELP_END)
    .action(async (audio: string | undefined, flags: CommandFlags) => {
      const { transcribe } = await import('./commands/transcribe.js')
      await transcribe(audio, flags, signal)
    })
  addListenOptions(program.command('listen'))
    .description('hear clients over TCP, as whisper_online_server.py does')
    .configureHelp({ helpWidth: HELP_WIDTH, showGlobalOptions: false })
    .addHelpText('after', LISTEN_HELP_END)
    .action(async (flags: ListenFlags) => {
      const { listen } = await import('./commands/listen.js')
      await listen({ ...program.opts<CommandFlags>(), ...flags }, signal)
    })
  addBackends(program)
  addModelsCommand(program, signal)
  return program
}

function addBackends(program: Command): void {
  const command = program
    .command('backends')
    .description('list what can recognise, what it can do, and whether it can be used here')
    .usage('[options] | new <name>')
    .addOption(pluginOption())
    .option('--json', 'for programs')
    .configureHelp({ helpWidth: HELP_WIDTH, showGlobalOptions: false })
    .action(async (_flags, command: Command) => {
      const { backends } = await import('./commands/backends.js')
      await backends(command.optsWithGlobals<CommandFlags & { readonly json?: boolean }>())
    })
  command
    .command('new')
    .description('write a backend of your own that works, with its test, in TypeScript')
    .argument('<name>', 'name of the backend and of the package, as my-backend')
    .option('--folder <path>', 'where to write it (default: a new folder of that name)')
    .configureHelp({ helpWidth: HELP_WIDTH, showGlobalOptions: false })
    .action(async (name: string, flags: { readonly folder?: string }) => {
      const { newBackend } = await import('./commands/backends-new.js')
      await newBackend(name, flags)
    })
}

const HELP_WIDTH = Math.min(process.stdout.columns ?? 100, 120)
const HELP_END = `
Options may be written with underscores as well: --min_chunk_size.
Lines on standard output: emission, begin and end in milliseconds, and the text.
Exit codes: 0 done, 1 failed, 2 wrong usage, 129 terminal closed, 130 interrupted with
Ctrl-C, 143 with SIGTERM (listening ends and the text so far is printed; a second time: at once).`

const LISTEN_HELP_END = `
Clients send 16 kHz mono signed 16-bit little endian audio, or a WAV stream, and get lines of begin and end in
milliseconds and the text. A client that closes its sending side gets the rest of the text.`

function version(): string {
  const manifest = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { version: string }
  return manifest.version
}

/** whisper_online.py writes its options with underscores, some of them with dashes. */
function inKebabCase(argv: readonly string[]): string[] {
  const end = argv.indexOf('--')
  return argv.map((argument, index) => {
    if (!argument.startsWith('--') || (end >= 0 && index >= end)) return argument
    const [option = '', ...value] = argument.split('=')
    return [option.replaceAll('_', '-'), ...value].join('=')
  })
}

/** Says in one line what went wrong, and gives the exit code. */
function report(error: unknown, debug: boolean): number {
  // Help that was asked for, and a reader that has gone, end the program without being failures.
  if ((error instanceof AsrStreamError || error instanceof CommanderError) && error.exitCode === EXIT.ok) return EXIT.ok
  const [message, exitCode] = describe(error)
  process.stderr.write(logLine('error', message))
  if (debug && error instanceof Error) process.stderr.write(`${withCauses(error)}\n`)
  return exitCode
}

function describe(error: unknown): readonly [message: string, exitCode: number] {
  if (error instanceof AsrStreamError) {
    return [error.hint === undefined ? error.message : `${error.message}; ${error.hint}`, error.exitCode]
  }
  if (error instanceof CommanderError) {
    const hint = /did you mean/i.test(error.message) ? '' : `; see ${PROGRAM} --help`
    return [error.message.replace(/^error: /, '') + hint, EXIT.usage]
  }
  return [`unexpected: ${messageOf(error)}; please report this, with what --log-level debug says`, EXIT.failed]
}

function withCauses(error: Error): string {
  const cause = error.cause instanceof Error ? `\ncaused by ${withCauses(error.cause)}` : ''
  return `${error.stack ?? error.message}${cause}`
}
