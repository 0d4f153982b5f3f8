import { type Command, Option } from 'commander'
import { CONFIG_KEYS, OPTION_TABLE, type OptionKey } from '../config/option-table.js'
import type { CommandRun } from './configure.js'
import { numberOption } from './number-option.js'
import { type QueueFlags, queueOptions } from './queue-flags.js'
import { TableOption } from './table-option.js'
import type { CommandFlags } from './transcribe-options.js'

/** Options of `asr-stream worker` besides those of recognition. */
export interface WorkerFlags extends CommandFlags, QueueFlags {
  readonly inputRoot?: readonly string[]
  readonly concurrency: number
  readonly lockTime: number
  readonly drainTimeout: number
  readonly untilEmpty?: boolean
}

const UNFIT: readonly OptionKey[] = ['maxBacklog', 'rawRate', 'rawChannels', 'rawEncoding', 'compUnaware', 'compat']
const PROGRAM: readonly OptionKey[] = ['outputDir', 'initialPromptFile', 'option', 'quiet', 'config', 'logLevel']

/**
 * Adds `asr-stream worker`.
 *
 * @param helpWidth columns of help
 * @param runOf what the command runs with, when it does
 */
export function addWorkerCommand(program: Command, helpWidth: number, runOf: () => CommandRun): void {
  const command = program.command('worker').description('transcribe recordings that a queue has, until it is stopped')
  const append = (value: string, before: readonly string[] = []) => [...before, value]
  const own = [
    ...queueOptions(),
    new Option(
      '--input-root <place>',
      'folder or beginning of addresses that may be read; may be repeated (default: .)',
    ).argParser(append),
    numberOption('--concurrency <count>', 'recordings at once, with one model', { min: 1, max: 64, isWhole: true }, 1),
    numberOption('--lock-time <seconds>', 'a worker silent so long is gone', { min: 1, max: 3600, isWhole: true }, 60),
    numberOption('--drain-timeout <seconds>', 'after SIGTERM: then it is given back', { min: 0, max: 86_400 }, 60),
    new Option('--until-empty', 'end when nothing is left to do'),
  ]
  for (const option of own) command.addOption(option.helpGroup('Queue:'))
  for (const key of new Set([...CONFIG_KEYS, ...PROGRAM])) {
    const isFit = !UNFIT.includes(key) && OPTION_TABLE[key].onlyForListen !== true
    if (isFit) command.addOption(new TableOption(key))
  }
  command
    .configureHelp({ helpWidth, showGlobalOptions: false })
    .addHelpText('after', HELP_END)
    .action(async (flags: WorkerFlags) => {
      const { workerCommand } = await import('./worker.js')
      await workerCommand({ ...program.opts<CommandFlags>(), ...flags }, runOf())
    })
}

const HELP_END = `
--output-dir is needed. Example:
  asr-stream worker --queue redis://queue.example.org --output-dir texts --input-root talks --offline
Exit codes: 0 done, 1 failed, 2 wrong usage, 3 with --until-empty: some recordings are dead ("asr-stream queue status"),
130 interrupted with Ctrl-C, 143 with SIGTERM: what was under way is done, or given back.`
