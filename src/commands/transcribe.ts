import type { CommandRun } from './configure.js'
import { isForFiles } from './many-files.js'
import type { CommandFlags } from './transcribe-options.js'

/** `asr-stream talk.wav`, `asr-stream -`, `asr-stream --mic`, `asr-stream talks/ --format srt`. */
export async function transcribeCommand(names: readonly string[], flags: CommandFlags, run: CommandRun): Promise<void> {
  if (await isForFiles(names, flags)) {
    const { transcribeFilesCommand } = await import('./transcribe-files.js')
    return transcribeFilesCommand(names, flags, run)
  }
  const { transcribeOneCommand } = await import('./transcribe-one.js')
  return transcribeOneCommand(names[0], flags, run)
}
