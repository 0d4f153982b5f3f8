import { findRecordings } from '../files/find-recordings.js'
import { optionsKey } from '../files/options-key.js'
import { checkFileOutputs, planFiles } from '../files/plan-files.js'
import { runFiles, undone } from '../files/run-files.js'
import { SomeFailedError } from '../files/some-failed-error.js'
import { cueLimits } from '../output/subtitles/cue-limits.js'
import { abortAfter, LINE_DRAIN_SEC } from '../transcriber/shutdown.js'
import { configSettings } from './config-settings.js'
import { type CommandRun, configure } from './configure.js'
import { openFilesReport } from './files-report.js'
import { inTime } from './in-time.js'
import { loadInTime } from './load-in-time.js'
import { hasSeveral } from './many-files.js'
import { whatIsWritten } from './planned-outputs.js'
import type { CommandFlags } from './transcribe-options.js'

/** `asr-stream talks/*.mp3 --format srt`: transcribes recordings, as fast as can be, into files named after them. */
export async function transcribeFilesCommand(names: readonly string[], flags: CommandFlags, run: CommandRun) {
  const { signal, given } = run
  const { jobs = 1, resume = false, clobber = true, output = [], format: formats = [], outputDir, option = [] } = flags
  cueLimits(flags)
  const isSeveral = await hasSeveral(names)
  const planned = planFiles(await findRecordings(names), { output, formats, outputDir, hasSeveral: isSeveral })
  const report = await openFilesReport(flags)
  try {
    const { log } = report
    const written = whatIsWritten(flags, planned[0]?.outputs ?? [], isSeveral)
    const surroundings = { flags, input: 'file', log, given, ...written } as const
    // Nobody waits for recordings at the speed of speech when there are files to be written.
    const own = await configSettings(flags)
    const settings = own.offline === true ? own : { ...own, compUnaware: true }
    const { config, loader } = await configure(settings, option, surroundings)
    const key = await optionsKey(config, flags)
    const left = resume ? await undone(planned, key) : planned
    await checkFileOutputs(left, clobber)
    if (left.length === 0) return report.nothingLeft(planned.length)
    report.loading(`loading ${config.backend}`)
    const context = { signal, log: report.modelLog, progress: report.loading }
    await using transcriber = await loadInTime(config, loader, context, { stop: signal })
    const { channels } = flags
    const outputs = { ...flags, giveUp: abortAfter(signal, LINE_DRAIN_SEC), onLeft: report.onLeft }
    const told = { signal, log, onTally: report.onTally, onFailure: isSeveral ? report.onFailure : () => {} }
    const options = { jobs, resume, optionsKey: key, hasSeveral: isSeveral, outputs, channels, ...told }
    const result = await inTime(
      runFiles(left, transcriber, options),
      `the backend "${config.backend}" does not answer: it`,
    )
    const skipped = planned.length - left.length + result.skipped
    report.done(result.tally, { skipped, isInterrupted: signal.aborted })
    const [failed] = result.failed
    if (!failed) return
    const failedNames = result.failed.map(({ name }) => name)
    throw isSeveral ? new SomeFailedError(failedNames, planned.length, written.hasFiles) : failed.error
  } finally {
    report.close()
  }
}
