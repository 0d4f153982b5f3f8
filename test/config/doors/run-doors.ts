import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Command } from 'commander'
import { applySettings } from '../../../src/commands/apply-settings.js'
import { addTranscribeOptions } from '../../../src/commands/transcribe-options.js'
import { parseConfig } from '../../../src/config/config.js'
import { findOption, OPTION_TABLE } from '../../../src/config/option-table.js'
import { temporaryFolder } from '../../helpers/program.js'

/** What stands at each door. */
export interface AtDoors {
  readonly argv?: readonly string[]
  readonly environment?: Readonly<Record<string, string>>
  /** A configuration file: an object as JSON, or text as YAML. */
  readonly file?: object | string
  /** Whether it is a command with all options of servers. */
  readonly isListen?: boolean
}

/** A configuration and what the program has besides, by their keys, as a run of the program has them. */
export async function throughDoors({ argv = [], environment = {}, file, isListen = false }: AtDoors) {
  const command = addTranscribeOptions(new Command(isListen ? 'serve' : 'asr-stream'), isListen ? 'serve' : null)
    .argument('[audio]')
    .exitOverride()
    .configureOutput({ writeErr: () => {} })
    .action(() => {})
  const path = file === undefined ? [] : ['--config', writeConfig(file)]
  await command.parseAsync([...path, ...argv], { from: 'user' })
  const given = await applySettings(command, command, environment)
  const byKey = Object.entries(command.opts()).map(([attribute, value]) => [findOption(attribute), value] as const)
  const general = byKey.filter(([key]) => key !== undefined && !OPTION_TABLE[key].isOfProgram)
  const special = byKey.filter(([key]) => key !== undefined && OPTION_TABLE[key].isOfProgram)
  const config = parseConfig(Object.fromEntries(general), undefined, given.configName)
  const program: Record<string, unknown> = Object.fromEntries(special.filter(([, value]) => value !== undefined))
  return { values: { ...config, ...program }, given }
}

/** Writes a configuration file and gives its path. */
export function writeConfig(file: object | string): string {
  const path = join(temporaryFolder(), typeof file === 'string' ? 'asr.yaml' : 'asr.json')
  writeFileSync(path, typeof file === 'string' ? file : JSON.stringify(file, null, 2))
  return path
}

/** The message of what is refused. */
export async function refusalOf(doors: AtDoors): Promise<string> {
  const outcome = await throughDoors(doors).then(
    () => null,
    (error: unknown) => error,
  )
  if (outcome instanceof Error) return outcome.message
  throw new Error(`nothing was refused of ${JSON.stringify(doors)}`)
}
