import { isRawName } from '../audio/sources/audio-file-source.js'
import { JOURNAL } from '../files/journal.js'
import type { PlannedRecording } from '../files/name-outputs.js'
import { optionsKey } from '../files/options-key.js'
import { checkFileOutputs } from '../files/plan-files.js'
import { runFiles, undone } from '../files/run-files.js'
import { abortAfter, LINE_DRAIN_SEC } from '../transcriber/shutdown.js'
import { configSettings } from './config-settings.js'
import { configure } from './configure.js'
import { filesRead } from './files-read.js'
import { idleTeller } from './idle-teller.js'
import { inTime } from './in-time.js'
import { loadInTime } from './load-in-time.js'
import { whatIsWritten } from './planned-outputs.js'
import type { PlannedResult, PlannedRun } from './planned-run.js'
import type { CommandFlags } from './transcribe-options.js'

/** Transcribes recordings whose outputs are planned: checks options and outputs, loads the model if it is needed, and runs. */
export async function runPlanned(
  planned: readonly PlannedRecording[],
  flags: CommandFlags,
  run: PlannedRun,
): Promise<PlannedResult> {
  const { signal, given, report, hasSeveral, journal = JOURNAL } = run
  const { jobs = 1, resume = false, clobber = true, option = [], channels } = flags
  const { log } = report
  const mayBeRaw = planned.some(({ recording }) => isRawName(recording.name))
  const surroundings = { flags, input: 'file', mayBeRaw, log, given } as const
  // Nobody waits for recordings at the speed of speech when there are files to be written.
  const own = await configSettings(flags)
  const settings = own.offline === true ? own : { ...own, compUnaware: true }
  const written = { ...whatIsWritten(flags, run.outputs, hasSeveral), isLikeSeveral: true }
  const { config, loader } = await configure(settings, option, { ...surroundings, ...written })
  const key = await optionsKey(config, flags)
  const { left, doneSec } = resume ? await undone(planned, key, journal) : { left: planned, doneSec: 0 }
  await checkFileOutputs(left, filesRead(flags, given), clobber)
  const before = planned.length - left.length
  const facts = { config, key, skippedSec: doneSec }
  if (left.length === 0) return { ...facts, files: null, skipped: before }
  report.loading(`loading ${config.backend}`)
  const context = { signal, log: report.modelLog, progress: report.loading }
  await using transcriber = await loadInTime(config, loader, context, { stop: signal })
  const outputs = { ...flags, giveUp: abortAfter(signal, LINE_DRAIN_SEC), onLeft: report.onLeft }
  const told = {
    signal,
    log,
    onTally: report.onTally,
    onIdle: idleTeller({ ...flags }, given, log),
    onFailure: hasSeveral ? report.onFailure : () => {},
  }
  const options = { jobs, resume, optionsKey: key, journal, hasSeveral, outputs, channels, ...told }
  const running = runFiles(left, transcriber, options)
  const files = await inTime(running, `the backend "${config.backend}" does not answer: it`)
  return { ...facts, files, skipped: before + files.skipped }
}
