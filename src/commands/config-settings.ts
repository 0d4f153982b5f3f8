import { OPTION_TABLE } from '../config/option-table.js'
import { readTextFile } from '../config/text-file.js'
import { UsageError } from '../core/errors.js'
import type { CommandFlags } from './transcribe-options.js'

const PROMPT = {
  name: 'file of the prompt',
  form: 'write the prompt as plain text, in UTF-8',
  ifLarge: 'keep the names and words that are likely to be said',
}

/**
 * What the options give for the configuration, without what only the program reads.
 * @throws UsageError when the file of the prompt cannot be read, or the prompt is given twice
 */
export async function configSettings({ plugin, ...flags }: CommandFlags): Promise<Record<string, unknown>> {
  const own = Object.entries(flags).filter(([key]) => !isOfProgram(key))
  const settings: Record<string, unknown> = { ...Object.fromEntries(own), plugins: plugin ?? [] }
  const { initialPromptFile: path } = flags
  if (path === undefined) return settings
  if (settings.initPrompt !== undefined) {
    throw new UsageError('--init-prompt and --initial-prompt-file exclude each other', {
      hint: 'leave one of them out',
    })
  }
  return { ...settings, initPrompt: (await readTextFile(path, PROMPT)).replace(/\s+/g, ' ').trim() }
}

/** Whether somebody says how the audio is written, so that it has no header. */
export function isSurelyRaw(settings: Readonly<Record<string, unknown>>): boolean {
  return ['rawEncoding', 'rawRate', 'rawChannels'].some((key) => key in settings)
}

function isOfProgram(key: string): boolean {
  return Object.entries(OPTION_TABLE).some(([own, row]) => own === key && row.isOfProgram === true)
}
