import type { Command } from 'commander'
import { numberReader } from './number-option.js'

/** Adds `asr-stream replay` and `asr-stream explain`. */
export function addReplayCommands(program: Command): void {
  program
    .command('replay')
    .description('print the lines of a run that --record wrote, without a model')
    .argument('<file>', 'the recorded run')
    .option('--step', 'print update by update what was heard, made final and cut')
    .configureHelp({ showGlobalOptions: false })
    .action(async (file: string, { step = false }: { readonly step?: boolean }) => {
      const { replay } = await import('./replay.js')
      await replay(file, step)
    })
  program
    .command('explain')
    .description('say why a word of a recorded run came when it came')
    .argument('<file>', 'the recorded run')
    .requiredOption('--at <seconds>', 'where the word is in the recording', numberReader('--at', { min: 0 }))
    .configureHelp({ showGlobalOptions: false })
    .action(async (file: string, { at }: { readonly at: number }) => {
      const { explain } = await import('./replay.js')
      await explain(file, at)
    })
}
