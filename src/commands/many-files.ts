import { UsageError } from '../core/errors.js'
import { standsForMany } from '../files/find-recordings.js'
import type { FormatName } from '../output/formats/names.js'
import type { CommandFlags } from './transcribe-options.js'

/**
 * Whether a run is one of recordings that have files of their own, and not of one audio: there may be several, or an option
 * asks for it.
 * @throws UsageError for several recordings together with the microphone
 */
export async function isForFiles(names: readonly string[], flags: CommandFlags): Promise<boolean> {
  const { mic = false, outputDir, resume = false, format = [], output = [] } = flags
  const [first, second] = names
  if (mic && second !== undefined) {
    throw new UsageError('--mic and names of recordings exclude each other', { hint: 'leave one of them out' })
  }
  if (mic || first === undefined || (first === '-' && second === undefined)) return false
  if (await hasSeveral(names)) return true
  return outputDir !== undefined || format.length > 1 || (resume && output.length + format.length > 0)
}

/** Whether names may stand for several recordings, whatever is there at the moment. */
export async function hasSeveral(names: readonly string[]): Promise<boolean> {
  return names.length > 1 || (await standsForMany(names[0] ?? ''))
}

/** The format of one audio. @throws UsageError when several are given */
export function onlyFormat({ format = [] }: CommandFlags): FormatName | undefined {
  if (format.length <= 1) return format[0]
  throw new UsageError(`--format gives several formats, ${format.join(',')}, and the audio has no name for files`, {
    hint: 'give --output for each, such as --output talk.srt',
  })
}
