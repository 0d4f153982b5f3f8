import { PROGRAM_FOLDER } from '../backends/transformers/library.js'
import { UsageError } from '../core/errors.js'
import { type Diagnosis, examine } from '../doctor/examine.js'
import { repairAll } from '../doctor/repair.js'
import { failureOf, jsonReportOf, reportOf } from '../doctor/report.js'
import { slimDown } from '../doctor/slim-down.js'
import { hubSettings } from '../models/settings.js'
import { standardOutput, writeText } from '../output/writers/line-writer.js'
import { createProgress } from '../terminal/log.js'
import type { DoctorFlags } from './doctor-options.js'
import { programVersion } from './info-options.js'

/**
 * `asr-stream doctor`: looks at everything that a transcription needs, and says what to do.
 *
 * @throws BackendError when something does not work
 */
export async function doctor(flags: DoctorFlags, signal: AbortSignal): Promise<void> {
  const { fix = false, slim = false, dryRun = false, json = false } = flags
  if (dryRun && !fix && !slim) throw new UsageError('--dry-run is for --fix and --slim', { hint: 'give one of them' })
  if (slim && fix)
    throw new UsageError('--fix and --slim exclude each other', { hint: 'give --fix first, then --slim' })
  const writer = standardOutput()
  if (slim) return slimDown(PROGRAM_FOLDER, { isDry: dryRun, json, say: (line) => writer.write(line) })
  let diagnosis = await examined(flags, signal)
  if (!json) await show(diagnosis)
  if (fix) {
    const say = async (line: string) => (json ? void process.stderr.write(`${line}\n`) : writer.write(line))
    const count = await repairAll(diagnosis.findings, { isDry: dryRun, say, signal })
    if (count > 0) diagnosis = await examined(flags, signal)
    if (count > 0 && !json) await show(diagnosis)
  }
  if (json) await writer.write(jsonReportOf(diagnosis, programVersion()))
  const failure = failureOf(diagnosis)
  if (failure !== null) throw failure
}

async function examined(flags: DoctorFlags, signal: AbortSignal): Promise<Diagnosis> {
  const { modelCacheDir = null } = flags
  const settings = hubSettings({ modelCacheDir, offlineModels: true, revision: null })
  const progress = await createProgress(!flags.quiet)
  try {
    const onStep = (text: string) => progress.show(text)
    return await examine({ ...flags, program: PROGRAM_FOLDER, folder: process.cwd(), settings, onStep, signal })
  } finally {
    progress.stop()
  }
}

async function show(diagnosis: Diagnosis): Promise<void> {
  const { isTTY, columns } = process.stdout
  const hasColors = isTTY && !process.env.NO_COLOR && process.env.TERM !== 'dumb'
  const paper = { columns: isTTY ? columns : null, hasColors }
  await writeText(process.stdout, 'standard output', reportOf(diagnosis, paper))
}
