import type { Command } from 'commander'
import { bashCompletion } from '../completion/bash.js'
import { fishCompletion } from '../completion/fish.js'
import { zshCompletion } from '../completion/zsh.js'
import { standardOutput } from '../output/writers/line-writer.js'
import { PROGRAM } from '../terminal/log.js'
import type { Shell } from './completion-options.js'
import { specOf } from './completion-spec.js'

const SCRIPTS = { bash: bashCompletion, zsh: zshCompletion, fish: fishCompletion }

/** `asr-stream completion SHELL`: prints the script that completes commands, options and their values. */
export async function completion(shell: Shell, program: Command): Promise<void> {
  await standardOutput().write(SCRIPTS[shell](PROGRAM, specOf(program)))
}
