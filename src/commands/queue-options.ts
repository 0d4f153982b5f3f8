import { Option } from 'commander'
import type { ProgramCommand } from './program-command.js'
import { type QueueFlags, queueOptions } from './queue-flags.js'
import { addGroups } from './transcribe-options.js'

/** Options of `asr-stream queue`. */
export interface TendFlags extends QueueFlags {
  readonly json?: boolean
  readonly done?: boolean
  readonly dead?: boolean
}

/** What is done with a queue. */
export type TendAction = 'status' | 'retry' | 'drain'

/** Adds `asr-stream queue status`, `retry` and `drain`. */
export function addQueueCommand(program: ProgramCommand): void {
  const queue = program.createCommand('queue')
  program.addCommand(queue.copyInheritedSettings(program))
  queue
    .description('what a queue has, which recordings are dead and why; try those again, empty it')
    .configureHelp({ showGlobalOptions: false })
    .helpCommand(false)
    .setDefault('status')
  const add = (action: TendAction, about: string, options: readonly Option[] = []) => {
    const command = queue.command(action, { isDefault: action === 'status' }).description(about)
    addGroups(command, { 'Options:': [...queueOptions(), ...options, new Option('--json', 'print JSON')] })
    command.action(async (flags: TendFlags) => {
      const { queueCommand } = await import('./queue.js')
      await queueCommand(action, flags)
    })
  }
  add('status', 'what waits, is under way, done and dead, with reasons')
  add('retry', 'let dead recordings be tried again')
  add('drain', 'take out what waits; what is under way is finished', [
    new Option('--done', 'forget what is done as well, so that it can be put in once more'),
    new Option('--dead', 'take out what is dead as well'),
  ])
}
