import { Argument, type Command } from 'commander'

/** Shells that there is a script for. */
export const SHELLS = ['bash', 'zsh', 'fish'] as const
/** One of them. */
export type Shell = (typeof SHELLS)[number]

/** Adds `asr-stream completion`. */
export function addCompletionCommand(program: Command): void {
  program
    .command('completion')
    .description('print the script that completes commands and options in a shell')
    .usage(SHELLS.join(' | '))
    .addArgument(new Argument('<shell>', 'the shell').choices(SHELLS))
    .configureHelp({ showGlobalOptions: false })
    .action(async (shell: Shell) => {
      const { completion } = await import('./completion.js')
      await completion(shell, program)
    })
}
