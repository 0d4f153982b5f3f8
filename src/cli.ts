import './backends/onnx/telemetry.js'
import { type Command, CommanderError } from 'commander'
import { tellEarlyEnd } from './commands/ended-early.js'
import { foreignPlace } from './commands/error-place.js'
import { addFurtherCommands } from './commands/further-commands.js'
import { programVersion } from './commands/info-options.js'
import { addListenOptions, type ListenFlags } from './commands/listen-options.js'
import { refuseForeignOptions, refuseMisspeltCommand } from './commands/misplaced.js'
import { ProgramCommand } from './commands/program-command.js'
import { settingsNeeded } from './commands/settings-needed.js'
import { addTranscribeOptions, type CommandFlags } from './commands/transcribe-options.js'
import type { Given } from './config/doors/given.js'
import { AsrStreamError, EXIT, isOutOfFiles, messageOf, OUT_OF_FILES_HINT } from './core/errors.js'
import { terminalText } from './core/terminal-text.js'
import { keepClean, ownWrite } from './output/writers/standard-output.js'
import { logLine, PROGRAM } from './terminal/log.js'

/** Exit codes after a signal: 128 and its number. */
const SIGNALS = {
  SIGINT: EXIT.interrupted,
  SIGTERM: 143,
  // Windows ends a program whose window is closed by itself.
  ...(process.platform === 'win32' ? {} : { SIGHUP: 129 }),
}
/** Commands whose end takes the streams of many with it. */
const SERVERS: ReadonlySet<string> = new Set(['listen', 'serve'])
/** A backend that leaves something open after the end does not keep the program longer than this. */
const LINGER_MS = 2000

/** What does not end after a signal is told of; live streams give up by themselves before that. */
const SLOW_END_MS = 10_000

/** Runs the command line; the only place that catches errors, and the only one that decides the exit code. */
export async function main(argv: readonly string[]): Promise<void> {
  const interruption = new AbortController()
  const ownEnd = tellEarlyEnd(import.meta.url)
  let end: (() => void) | undefined
  let signalCode: number | undefined
  for (const [signal, code] of Object.entries(SIGNALS)) {
    process.on(signal, () => {
      // A terminal that is closed sends it, and the shell in it once more.
      if (signalCode !== undefined && signal === 'SIGHUP') return
      // The second time it is meant: whatever is under way is left as it is.
      if (signalCode !== undefined) {
        ownEnd()
        endAtOnce(signal as NodeJS.Signals, code)
      }
      signalCode = code
      end = () => endAtOnce(signal as NodeJS.Signals, code)
      interruption.abort()
      setTimeout(() => process.stderr.write(logLine('warning', slowEnd(signal))), SLOW_END_MS).unref()
    })
  }
  keepClean(process.stdout, process.stderr)
  // A failed write says so itself; without a listener it would end the program before it can.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {})
  let isServer = false
  const program = createProgram(interruption.signal, (command) => {
    isServer = SERVERS.has(command.name())
  })
  const fail = (error: unknown) => report(error, program.opts<CommandFlags>().logLevel === 'DEBUG')
  for (const event of ['uncaughtException', 'unhandledRejection']) {
    process.on(event, (error) => {
      const exitCode = fail(error)
      if (isServer && signalCode === undefined) {
        // Whose stream it was nobody knows. A plugin's error is none of the others' business; after one of our own they end well.
        if (foreignPlace(error) !== null) return
        signalCode = exitCode
        return interruption.abort()
      }
      ownEnd()
      process.exit(exitCode)
    })
  }
  try {
    await program.parseAsync(inKebabCase(askedForHelp(argv)), { from: 'user' })
    process.exitCode = signalCode ?? EXIT.ok
  } catch (error) {
    process.exitCode = signalCode ?? fail(error)
  }
  ownEnd()
  setTimeout(() => (end ? end() : process.exit()), LINGER_MS).unref()
}

function slowEnd(signal: string): string {
  const again = signal === 'SIGINT' ? 'Ctrl-C once more' : `${signal === 'SIGHUP' ? 'SIGTERM' : signal} once more`
  return `what is under way is not done yet, and is waited for; ${again} ends the program at once, without the last text`
}

/**
 * Ends the program as the signal would have by itself; a shell sees the same code. `process.exit` takes threads down in the
 * middle of a computation of ONNX Runtime, which then aborts.
 */
function endAtOnce(signal: NodeJS.Signals, code: number): void {
  if (process.platform === 'win32') process.exit(code)
  process.emit('exit', code)
  process.removeAllListeners(signal)
  process.kill(process.pid, signal)
}

function createProgram(signal: AbortSignal, onCommand: (command: Command) => void): Command {
  let given: Given | undefined
  const program = new ProgramCommand(PROGRAM)
    .description('Streaming speech-to-text: prints text with timestamps as soon as it is final.')
    .usage('[options] <audio...> | - | --mic')
    .argument(
      '[audio...]',
      'recordings, folders or addresses; - for standard input: a recording, or raw audio as the --raw options say',
    )
    .enablePositionalOptions()
    .version(programVersion(), '-V, --version', 'print the version; "asr-stream info" prints more')
    .helpOption('-h, --help', 'print this help')
    .helpCommand(false)
    .exitOverride()
    .configureOutput({ writeErr: () => {}, writeOut: (text) => void ownWrite(process.stdout)(text) })
    .configureHelp({ helpWidth: HELP_WIDTH, showGlobalOptions: true })
    .hook('preSubcommand', refuseForeignOptions)
    .hook('preAction', async (_, command) => {
      onCommand(command)
      if (!settingsNeeded(program, command, process.env)) return
      const { applySettings } = await import('./commands/apply-settings.js')
      given = await applySettings(program, command)
    })
  addTranscribeOptions(program)
    .addHelpText('after', HELP_END)
    .action(async (names: readonly string[], flags: CommandFlags) => {
      refuseMisspeltCommand(names[0], program)
      const { transcribeCommand } = await import('./commands/transcribe.js')
      await transcribeCommand(names, flags, { signal, given })
    })
  addListenOptions(program.command('listen'))
    .description('serve clients over TCP, as whisper_online_server.py does')
    .configureHelp({ helpWidth: HELP_WIDTH, showGlobalOptions: false })
    .addHelpText('after', LISTEN_HELP_END)
    .action(async (flags: ListenFlags) => {
      const { listen } = await import('./commands/listen.js')
      await listen({ ...program.opts<CommandFlags>(), ...flags }, { signal, given })
    })
  addFurtherCommands(program, HELP_WIDTH, () => ({ signal, given }), signal)
  return program
}

const HELP_WIDTH = Math.min(process.stdout.columns ?? 100, 120)
const HELP_END = `
Examples:
  asr-stream speech.wav                        at the speed of speech, like live audio
  asr-stream speech.wav --offline              the whole file at once
  asr-stream speech.wav -o speech.srt          subtitles; also .vtt, .txt, .jsonl, .tsv, .csv
  asr-stream talks/ --offline --format srt     a file of subtitles for each recording in a folder
  asr-stream --mic --vac                       the microphone; sentences end when the speaker pauses
  ffmpeg -loglevel error -i talk.mp3 -f wav - | asr-stream -
  asr-stream --model base --lan de rede.wav    another model, downloaded once, for another language

Each line of output: emission time, start, end (ms), text; --format txt has the text alone.
Options may be written with underscores (--min_chunk_size), and may also stand in a file (--config)
or in variables (ASR_STREAM_MIN_CHUNK_SIZE=0.5). The command line wins, then variables, then the file.
"asr-stream help COMMAND" and "asr-stream help BACKEND" tell more.
Exit codes: 0 done, 1 failed, 2 wrong usage, 3 some of several recordings failed, 129 terminal closed, 130 interrupted with Ctrl-C,
143 with SIGTERM (the text so far is printed; a second signal ends the program at once).`

const LISTEN_HELP_END = `
Clients send 16 kHz mono signed 16-bit little-endian audio (or as the --raw options say), or a WAV
stream. Each line that they get: start, end (ms), text. A client that closes its sending side gets
the rest of the text.`

/** "--help NAME" is "help NAME": NAME is a command or a backend. */
function askedForHelp(argv: readonly string[]): readonly string[] {
  const [first = '', name = '', ...more] = argv
  return ['--help', '-h'].includes(first) && /^[a-z]/i.test(name) && more.length === 0 ? ['help', name] : argv
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
  if (debug && error instanceof Error)
    process.stderr.write(`${withCauses(error).split('\n').map(terminalText).join('\n')}\n`)
  return exitCode
}

function describe(error: unknown): readonly [message: string, exitCode: number] {
  // Whatever could not be opened then is not to blame.
  if (isOutOfFiles(error)) {
    return [`too many files are open at once: ${messageOf(error)}; ${OUT_OF_FILES_HINT}`, EXIT.failed]
  }
  if (error instanceof AsrStreamError) {
    return [error.hint === undefined ? error.message : `${error.message}; ${error.hint}`, error.exitCode]
  }
  if (error instanceof CommanderError) return [error.message.replace(/^error: /, ''), EXIT.usage]
  const place = foreignPlace(error)
  const remedy =
    place === null
      ? 'please report this, with what --log-level debug and asr-stream info say'
      : `it comes from ${place}, which is no part of asr-stream: please report it to the author of that`
  return [`unexpected: ${messageOf(error)}; ${remedy}`, EXIT.failed]
}

function withCauses(error: Error): string {
  const cause = error.cause instanceof Error ? `\ncaused by ${withCauses(error.cause)}` : ''
  return `${error.stack ?? error.message}${cause}`
}
