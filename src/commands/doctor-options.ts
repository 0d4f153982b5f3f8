import { type Command, Option } from 'commander'
import { RECORDERS, type RecorderName } from '../audio/sources/recorders.js'
import { cacheOption } from './transcribe-options.js'

/** Options of `asr-stream doctor`. */
export interface DoctorFlags {
  readonly json?: boolean
  readonly fix?: boolean
  readonly slim?: boolean
  readonly dryRun?: boolean
  readonly device?: string
  readonly recorder?: RecorderName
  readonly model?: string
  readonly modelDir?: string
  readonly modelCacheDir?: string
  readonly quiet?: boolean
}

/** Adds `asr-stream doctor` and `asr-stream devices`. */
export function addDoctorCommands(program: Command, helpWidth: number, signal: AbortSignal): void {
  const json = () => new Option('--json', 'print JSON')
  const recorder = () => new Option('--recorder <name>', 'recording program').choices(RECORDERS)
  program
    .command('devices')
    .description('list the microphones that --device takes')
    .addOption(recorder())
    .addOption(json())
    .configureHelp({ helpWidth, showGlobalOptions: false })
    .action(async (flags: Pick<DoctorFlags, 'json' | 'recorder'>) => {
      const { devices } = await import('./devices.js')
      await devices(flags.recorder, flags.json ?? false)
    })
  program
    .command('doctor')
    .description('check whether everything works here, how fast, and which options to use')
    .option('--fix', 'put right what can be: says what, and what is downloaded, before it does')
    .option('--slim', 'remove the files of ONNX Runtime for other platforms, and do nothing else')
    .option('--dry-run', 'with --fix or --slim: say what would be done, and do nothing')
    .option('--model <name>', 'model to try (default: tiny.en); nothing is downloaded')
    .option('--model-dir <folder>', "folder with a model's files to try")
    .addOption(cacheOption())
    .option('--device <name>', 'microphone to listen to')
    .addOption(recorder())
    .addOption(json())
    .configureHelp({ helpWidth, showGlobalOptions: false })
    .addHelpText('after', HELP_END)
    .action(async (_, command: Command) => {
      const { doctor } = await import('./doctor.js')
      await doctor(command.optsWithGlobals<DoctorFlags>(), signal)
    })
}

const HELP_END = `
It loads the model, listens to a recording and to the microphone for three seconds, lets every decoder
decode something small, and writes a small file into this folder, which it takes away again. Nothing
leaves the machine. Exit code 1 when something does not work.`
