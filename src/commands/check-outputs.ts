import type { Given } from '../config/doors/given.js'
import { refuseUnmarkable } from '../output/markers.js'
import type { PlannedOutput } from '../output/plan-outputs.js'
import { checkWritten } from '../output/writers/check-written.js'
import type { WrittenFile } from '../output/writers/overwriting.js'
import { filesRead } from './files-read.js'
import { tapeFiles } from './tape-audio.js'
import type { CommandFlags } from './transcribe-options.js'

/**
 * Looks at all that one run writes, before anything is computed.
 *
 * @param audio the input file, which nothing must replace
 * @throws UsageError when one is read as well, two are one file, or audio that gets markers is no WAV file; OutputError when a file
 *   is there that must not be replaced
 */
export async function checkOutputs(
  audio: string | undefined,
  flags: CommandFlags,
  given: Given | undefined,
  planned: readonly PlannedOutput[],
): Promise<void> {
  await checkWritten(writtenBy(flags, planned), audio, filesRead(flags, given), flags.clobber !== false)
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
