import { cpus } from 'node:os'
import { sweptSettings } from '../config/sweep.js'
import { AsrStreamError, messageOf } from '../core/errors.js'
import { type Evaluation, evaluationOf, type SettingResult } from '../evaluation/evaluation.js'
import { createLog } from '../terminal/log.js'
import { chosenRecordings, readCorpus } from '../trials/corpus.js'
import { untried } from '../trials/run-setting.js'
import type { CommandRun } from './configure.js'
import type { EvaluateFlags } from './evaluate-flags.js'
import { type CheckedSetting, checkedSetting, tried } from './evaluate-setting.js'
import { refuseReplacing } from './evaluate-targets.js'
import { programVersion } from './info-options.js'

/** An evaluation, and what ended it early. */
export interface EvaluationRun {
  /** Of the settings that were tried as a whole. */
  readonly evaluation: Evaluation
  /** What is thrown when that is written; absent: all settings were tried. */
  readonly error?: unknown
}

/**
 * Transcribes the recordings under each setting and scores them. All settings are checked before the first is tried.
 * @throws what stops the first setting; one that cannot be tried later does not stop the others
 */
export async function runEvaluation(path: string, flags: EvaluateFlags, run: CommandRun): Promise<EvaluationRun> {
  const settings = sweptSettings(flags.sweep ?? [])
  const recordings = chosenRecordings(await readCorpus(path, flags.reference), flags)
  await refuseReplacing(recordings, flags)
  const log = await createLog(flags.logLevel ?? (flags.quiet ? 'ERROR' : 'WARNING'))
  const checked: CheckedSetting[] = []
  for (const setting of settings) checked.push(await checkedSetting(setting, flags, run, log))
  const results: SettingResult[] = []
  const ended = (error?: unknown) => ({ evaluation: evaluationOfSettings(results, flags), error })
  for (const setting of checked) {
    try {
      results.push(await tried(setting, recordings, flags, run.signal, log))
    } catch (error) {
      if (results.length === 0) throw error
      if (run.signal.aborted || !(error instanceof AsrStreamError)) {
        const done = results.map(({ name }) => name).join('; ')
        log.warn(`stopped after ${results.length} of ${settings.length} settings, which are reported: ${done}`)
        return ended(error)
      }
      results.push(untried(setting, messageOf(error)))
    }
  }
  return ended()
}

function evaluationOfSettings(settings: readonly SettingResult[], { realTime = false }: EvaluateFlags): Evaluation {
  return evaluationOf({
    program: programVersion(),
    date: new Date().toISOString(),
    machine: `${cpus()[0]?.model.trim() ?? 'unknown'}, ${process.platform}`,
    pace: realTime ? 'realtime' : 'fast',
    settings,
  })
}
