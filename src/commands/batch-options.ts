import { type Command, Option } from 'commander'
import { CONFIG_KEYS, OPTION_TABLE, type OptionKey } from '../config/option-table.js'
import type { CommandRun } from './configure.js'
import { TableOption } from './table-option.js'
import type { CommandFlags } from './transcribe-options.js'

/** Options of `asr-stream batch` besides those of transcription. */
export interface BatchFlags extends CommandFlags {
  readonly shard?: string
  readonly summary?: string
  readonly mergeSummaries?: boolean
}

/** Options that have nothing to do with recordings that are there, or with files that are written of them. */
const UNFIT: readonly OptionKey[] = ['maxBacklog', 'rawRate', 'rawChannels', 'rawEncoding', 'compUnaware', 'compat']
const WRITTEN: readonly OptionKey[] = ['format', 'outputDir', 'jobs', 'sentences', 'wordTimestamps', 'subtitleProfile']
const CUES: readonly OptionKey[] = ['maxLineLength', 'maxLines', 'maxCps', 'minCue', 'maxCue', 'cueGap', 'maxCueDelay']
const PROGRAM: readonly OptionKey[] = ['initialPromptFile', 'option', 'quiet', 'config', 'logLevel']

/**
 * Adds `asr-stream batch`.
 *
 * @param helpWidth columns of help
 * @param runOf what the command runs with, when it does
 */
export function addBatchCommand(program: Command, helpWidth: number, runOf: () => CommandRun): void {
  const command = program
    .command('batch')
    .description('transcribe a list or folder of recordings, or a shard of it, on one machine or many')
    .argument('[recordings]', 'folder, or list with a path or address in each line; - for a list on standard input')
  const own = [
    new Option('--shard <i/n>', 'the i-th of n shards, from 1; auto: as Slurm, AWS Batch or Kubernetes says'),
    new Option('--summary <file>', 'write what became of the shard to this file (default: into --output-dir)'),
    new Option('--merge-summaries', 'transcribe nothing: join the summaries of all shards in --output-dir'),
  ]
  for (const option of own) command.addOption(option.helpGroup('Batch:'))
  const keys = [...CONFIG_KEYS, ...WRITTEN, ...CUES, ...PROGRAM].filter((key) => !UNFIT.includes(key))
  for (const key of new Set(keys)) {
    if (OPTION_TABLE[key].onlyForListen !== true) command.addOption(new TableOption(key))
  }
  command
    .configureHelp({ helpWidth, showGlobalOptions: false })
    .addHelpText('after', HELP_END)
    .action(async (recordings: string | undefined, flags: BatchFlags) => {
      const all = { ...program.opts<CommandFlags>(), ...flags }
      if (flags.mergeSummaries) return (await import('./batch-merge.js')).mergeSummaries(recordings, all, runOf().given)
      const { batchCommand } = await import('./batch.js')
      await batchCommand(recordings, all, runOf())
    })
}

const HELP_END = `
--output-dir is needed; without --format subtitles and text are written (srt,txt). What is done already is left out.
Examples:
  asr-stream batch talks/ --offline --output-dir texts
  asr-stream batch list.txt --offline --output-dir texts --shard 3/8
  parallel asr-stream batch list.txt --offline --output-dir texts --shard {}/8 ::: {1..8}
Exit codes: 0 done, 1 failed, 2 wrong usage, 3 some recordings failed: asr-stream-failed.*.txt has them.`
