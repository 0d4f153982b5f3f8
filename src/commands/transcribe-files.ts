import { findRecordings } from '../files/find-recordings.js'
import { planFiles } from '../files/plan-files.js'
import { SomeFailedError } from '../files/some-failed-error.js'
import { cueLimits } from '../output/subtitles/cue-limits.js'
import type { CommandRun } from './configure.js'
import { openFilesReport } from './files-report.js'
import { hasSeveral } from './many-files.js'
import { whatIsWritten } from './planned-outputs.js'
import { runPlanned } from './run-planned.js'
import type { CommandFlags } from './transcribe-options.js'

const HINT = 'the others are done; with --resume they are left out the next time'

/** `asr-stream talks/*.mp3 --format srt`: transcribes recordings, as fast as can be, into files named after them. */
export async function transcribeFilesCommand(names: readonly string[], flags: CommandFlags, run: CommandRun) {
  const { output = [], format: formats = [], outputDir } = flags
  cueLimits(flags)
  const isSeveral = await hasSeveral(names)
  const planned = planFiles(await findRecordings(names), { output, formats, outputDir, hasSeveral: isSeveral })
  const outputs = planned[0]?.outputs ?? []
  const report = await openFilesReport(flags)
  try {
    const { files, skipped } = await runPlanned(planned, flags, { ...run, report, outputs, hasSeveral: isSeveral })
    if (files === null) return report.nothingLeft(planned.length)
    report.done(files.tally, { skipped, isInterrupted: run.signal.aborted })
    const [failed] = files.failed
    if (!failed) return
    const failedNames = files.failed.map(({ name }) => name)
    const { hasFiles } = whatIsWritten(flags, outputs, isSeveral)
    throw isSeveral ? new SomeFailedError(failedNames, planned.length, hasFiles ? HINT : undefined) : failed.error
  } finally {
    report.close()
  }
}
