import { addBackendsCommand } from './backends-options.js'
import { addCapacityCommand } from './capacity-options.js'
import { addCompletionCommand } from './completion-options.js'
import type { CommandRun } from './configure.js'
import { addDoctorCommands } from './doctor-options.js'
import { addEvaluateCommands } from './evaluate-commands.js'
import { addInfoCommands } from './info-options.js'
import { addManyMachinesCommands } from './many-machines-commands.js'
import { addModelsCommand } from './models-options.js'
import type { ProgramCommand } from './program-command.js'
import { addServeOptions } from './serve-options.js'
import type { CommandFlags } from './transcribe-options.js'

/**
 * Adds the commands besides transcription and `listen`. They stand in a file of their own because Node opens all files that
 * a file imports at once: a system that is short of files could then not even tell so.
 *
 * @param helpWidth columns of help
 * @param runOf what a command runs with, when it does
 * @param signal aborted when the program is interrupted
 */
export function addFurtherCommands(
  program: ProgramCommand,
  helpWidth: number,
  runOf: () => CommandRun,
  signal: AbortSignal,
): void {
  addManyMachinesCommands(program, helpWidth, runOf, signal)
  addEvaluateCommands(program, helpWidth, runOf)
  addServeOptions(program.command('serve'))
    .description('serve programs, browsers and assistants over HTTP and WebSocket')
    .configureHelp({ helpWidth, showGlobalOptions: false })
    .addHelpText('after', SERVE_HELP_END)
    .action(async (flags: CommandFlags) => {
      const { serveCommand } = await import('./serve.js')
      await serveCommand({ ...program.opts<CommandFlags>(), ...flags }, runOf())
    })
  addCapacityCommand(program, helpWidth, runOf)
  addBackendsCommand(program, signal)
  addModelsCommand(program, signal)
  addDoctorCommands(program, helpWidth, signal)
  addInfoCommands(program)
  addCompletionCommand(program)
}

const SERVE_HELP_END = `
A page for a browser is at the address that is printed. Programs speak the protocols of OpenAI (files
and Realtime), Deepgram, Vosk, Wyoming and our own: docs/serving.md has an example of each.`
