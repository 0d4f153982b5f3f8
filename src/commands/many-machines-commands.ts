import { addBatchCommand } from './batch-options.js'
import type { CommandRun } from './configure.js'
import { addEnqueueCommand } from './enqueue-options.js'
import type { ProgramCommand } from './program-command.js'
import { addQueueCommand } from './queue-options.js'
import { addWorkerCommand } from './worker-options.js'

/** Adds the commands for archives on many machines, in a file of their own as the further commands are. */
export function addManyMachinesCommands(
  program: ProgramCommand,
  helpWidth: number,
  runOf: () => CommandRun,
  signal: AbortSignal,
): void {
  addBatchCommand(program, helpWidth, runOf)
  addEnqueueCommand(program, helpWidth, signal)
  addWorkerCommand(program, helpWidth, runOf)
  addQueueCommand(program)
}
