import { type Command, Option } from 'commander'
import type { OptionKey } from '../config/option-table.js'
import { numberOption } from './number-option.js'
import { type QueueFlags, queueOptions } from './queue-flags.js'
import { TableOption } from './table-option.js'
import type { CommandFlags } from './transcribe-options.js'

/** Options of `asr-stream enqueue`. */
export interface EnqueueFlags extends CommandFlags, QueueFlags {
  readonly inputRoot?: string
  readonly attempts: number
  readonly retryDelay: number
  readonly json?: boolean
}

const WRITTEN: readonly OptionKey[] = ['format', 'sentences', 'wordTimestamps', 'channels', 'subtitleProfile']
const CUES: readonly OptionKey[] = ['maxLineLength', 'maxLines', 'maxCps', 'minCue', 'maxCue', 'cueGap', 'maxCueDelay']
const PROGRAM: readonly OptionKey[] = ['quiet', 'config', 'logLevel']

/**
 * Adds `asr-stream enqueue`.
 *
 * @param helpWidth columns of help
 * @param signal aborted when the program is interrupted
 */
export function addEnqueueCommand(program: Command, helpWidth: number, signal: AbortSignal): void {
  const command = program
    .command('enqueue')
    .description('put recordings into a queue, from which workers take them')
    .argument('<audio...>', 'recordings, folders or addresses, or one list; - for a list on standard input')
  const own = [
    ...queueOptions(),
    new Option('--input-root <folder>', 'write paths relative to it, for workers that have it somewhere else'),
    numberOption('--attempts <count>', 'how often one that fails is tried', { min: 1, max: 100, isWhole: true }, 3),
    numberOption(
      '--retry-delay <seconds>',
      'before the second attempt, doubled each time',
      { min: 0, max: 86_400 },
      10,
    ),
    new Option('--json', 'print JSON'),
  ]
  for (const option of own) command.addOption(option.helpGroup('Queue:'))
  for (const key of [...WRITTEN, ...CUES, ...PROGRAM]) command.addOption(new TableOption(key))
  command
    .configureHelp({ helpWidth, showGlobalOptions: false })
    .addHelpText('after', HELP_END)
    .action(async (recordings: readonly string[], flags: EnqueueFlags) => {
      const { enqueueCommand } = await import('./enqueue.js')
      await enqueueCommand(recordings, { ...program.opts<CommandFlags>(), ...flags }, signal)
    })
}

const HELP_END = `
How text is recognized is the workers' matter, and which text is written that of a recording: without --format srt,txt.
Examples:
  asr-stream enqueue talks/ --queue redis://queue.example.org
  asr-stream enqueue list.txt --queue postgres://asr@db.example.org/asr --format vtt,jsonl
Exit codes: 0 done, 1 failed, 2 wrong usage, 3 some recordings could not be put into the queue.`
