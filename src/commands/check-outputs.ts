import { stat } from 'node:fs/promises'
import { refuseUnmarkable } from '../output/markers.js'
import type { PlannedOutput } from '../output/plan-outputs.js'
import { alreadyThere } from '../output/writers/aside-writer.js'
import { refuseOneFileTwice, refuseOverwriting, type WrittenFile } from '../output/writers/overwriting.js'
import { tapeFiles } from './tape-audio.js'
import type { CommandFlags } from './transcribe-options.js'

/**
 * Looks at all that one run writes, before anything is computed.
 *
 * @param audio the input file, which nothing must replace
 * @throws UsageError when one is the audio, two are one file, or audio that gets markers is no WAV file; OutputError when a file
 *   is there that must not be replaced
 */
export async function checkOutputs(
  audio: string | undefined,
  flags: CommandFlags,
  planned: readonly PlannedOutput[],
): Promise<void> {
  const files = writtenBy(flags, planned)
  for (const { path, option } of files) {
    if (audio !== undefined) await refuseOverwriting(audio, path, option)
    if (flags.clobber === false && (await stat(path).catch(() => null))?.isFile()) throw alreadyThere(path)
  }
  await refuseOneFileTwice(files)
  if (flags.markers !== undefined && audio !== undefined) await refuseUnmarkable(audio)
}

function writtenBy(flags: CommandFlags, planned: readonly PlannedOutput[]): readonly WrittenFile[] {
  const tape = tapeFiles(flags)
  const others = { '--markers': flags.markers, '--record': tape?.run, '--record-audio, in': tape?.audio ?? undefined }
  return [
    ...planned.map(({ path }) => ({ path, option: '--output' })),
    ...Object.entries(others).flatMap(([option, path]) => (path === undefined ? [] : [{ path, option }])),
  ]
}
