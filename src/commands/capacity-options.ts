import { type Command, Option } from 'commander'
import { CONFIG_KEYS, OPTION_TABLE, type OptionKey } from '../config/option-table.js'
import type { CapacityFlags } from './capacity-flags.js'
import type { CommandRun } from './configure.js'
import { numberOption, numbersReader } from './number-option.js'
import { TableOption } from './table-option.js'
import type { CommandFlags } from './transcribe-options.js'

/** Options that live sessions on a server do not have. */
const UNFIT: readonly OptionKey[] = ['maxBacklog', 'maxLag', 'rawRate', 'rawChannels', 'rawEncoding', 'compat']
const PROGRAM = ['initialPromptFile', 'option', 'quiet', 'config', 'logLevel'] as const
/** Options of the servers. */
const SERVING: readonly OptionKey[] = ['workers', 'drainTimeout']

/** Adds `asr-stream capacity`. */
export function addCapacityCommand(program: Command, helpWidth: number, runOf: () => CommandRun): void {
  const command = program.command('capacity').description('measure this machine, and say how many servers it takes')
  const number = (flag: string, help: string, least = 0) => numberOption(flag, help, { min: least })
  const own = [
    number('--sessions <count>', 'live sessions at once when there are the most, on average', 1),
    number('--minutes <minutes>', 'how long a session is, on average', 0.1).default(10),
    new Option('--day <numbers>', 'sessions in equal parts of a day, such as 1,1,5,9,4,2').argParser(
      numbersReader('--day'),
    ),
    number('--utilization <share>', 'share of the time in which a server may compute', 0.01).default(0.8),
    number('--target-lag <seconds>', 'delay of 95 % of updates at most (default: --min-chunk-size)', 0.01),
    number('--refused <share>', 'share of clients that may find no place at first', 1e-6).default(0.001),
    number('--spare <count>', 'servers more than are needed').default(1),
    new Option('--speech <file>', 'recording to measure with (default: eleven seconds of speech)'),
    new Option('--probe <file>', 'what --save-probe has written, instead of measuring'),
    new Option('--save-probe <file>', 'write what is measured to a file'),
    number('--probe-time <seconds>', 'measure for about so long at most', 1).default(60),
    number('--seed <number>', 'of the simulation').default(1),
    new Option('--json', 'print JSON'),
  ]
  for (const option of own) command.addOption(option.helpGroup('Capacity:'))
  for (const key of new Set<OptionKey>([...CONFIG_KEYS, ...PROGRAM, ...SERVING])) {
    const isOfServer = SERVING.includes(key)
    const { onlyForListen, notForListen } = OPTION_TABLE[key]
    if (isOfServer || (!UNFIT.includes(key) && onlyForListen !== true && notForListen === undefined)) {
      command.addOption(new TableOption(key, true))
    }
  }
  command
    .configureHelp({ helpWidth, showGlobalOptions: false })
    .addHelpText('after', HELP_END)
    .action(async (flags: CapacityFlags) => {
      const { capacityCommand } = await import('./capacity.js')
      await capacityCommand({ ...program.opts<CommandFlags>(), ...flags }, runOf())
    })
}

const HELP_END = `
It lets the model hear a recording for about a minute, and simulates clients that come and go. Nothing
else should compute meanwhile. docs/scaling.md says what is simulated, and how well that fits.
Examples:
  asr-stream capacity --sessions 1000
  asr-stream capacity --sessions 1000 --policy alignatt --min-chunk-size 0.5 --minutes 30
  asr-stream capacity --sessions 100000 --probe probe.json --json`
