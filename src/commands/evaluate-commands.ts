import type { Command } from 'commander'
import type { CommandRun } from './configure.js'
import type { EvaluateFlags } from './evaluate-flags.js'
import { addEvaluateOptions } from './evaluate-options.js'
import { addReplayCommands } from './replay-options.js'
import type { CommandFlags } from './transcribe-options.js'

/**
 * Adds `asr-stream evaluate`, `replay` and `explain`.
 *
 * @param helpWidth columns of help
 * @param runOf what the command runs with, when it does
 */
export function addEvaluateCommands(program: Command, helpWidth: number, runOf: () => CommandRun): void {
  addEvaluateOptions(program.command('evaluate'))
    .description('measure errors, lag and stability on recordings whose text is known')
    .argument('[path]', 'recording with a reference beside it, folder of such pairs, or manifest (CSV, TSV, STM, CTM)')
    .configureHelp({ helpWidth, showGlobalOptions: false })
    .addHelpText('after', HELP_END)
    .action(async (path: string | undefined, flags: EvaluateFlags) => {
      const { evaluateCommand } = await import('./evaluate.js')
      await evaluateCommand(path, { ...program.opts<CommandFlags>(), ...flags }, runOf())
    })
  addReplayCommands(program)
}

const HELP_END = `
A recording talk.wav has its text beside it in talk.txt, or with times in talk.ref.json, talk.stm or
talk.ctm. All options of recognition apply.
Examples:
  asr-stream evaluate talk.wav
  asr-stream evaluate recordings --sweep min-chunk-size=0.5,1 --report report.html
  asr-stream evaluate recordings --compare before.json --max-regression 0.5
Exit codes: 0 done, 1 failed: a recording could not be read, or errors rose too much; 2 wrong usage.`
