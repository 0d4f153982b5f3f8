import { findOption } from '../config/option-table.js'
import type { SweptSetting } from '../config/sweep.js'
import type { Log } from '../core/types.js'
import type { SettingResult } from '../evaluation/evaluation.js'
import { createProgress } from '../terminal/log.js'
import type { TrialRecording } from '../trials/corpus.js'
import { runSetting } from '../trials/run-setting.js'
import { type CommandRun, type Configured, configure } from './configure.js'
import { type EvaluateFlags, recognitionFlags } from './evaluate-flags.js'
import { loadInTime } from './load-in-time.js'

/** A setting that is checked. */
export interface CheckedSetting extends SweptSetting, Configured {
  readonly options: Readonly<Record<string, unknown>>
}

/** Checks the options of a setting. */
export async function checkedSetting(
  setting: SweptSetting,
  flags: EvaluateFlags,
  { given }: CommandRun,
  log: Log,
): Promise<CheckedSetting> {
  const recognition = recognitionFlags(flags)
  const others = Object.entries(recognition).filter(
    ([written]) => !Object.hasOwn(setting.values, findOption(written) ?? ''),
  )
  const options = { ...Object.fromEntries(others), ...setting.values }
  const surroundings = { flags: recognition, input: 'file', log, given } as const
  return { ...setting, options, ...(await configure(options, flags.option ?? [], surroundings)) }
}

/** Transcribes the recordings under a setting. */
export async function tried(
  { name, options, config, loader }: CheckedSetting,
  recordings: readonly TrialRecording[],
  { quiet = false, normalizer, realTime: isRealTime = false }: EvaluateFlags,
  signal: AbortSignal,
  log: Log,
): Promise<SettingResult> {
  const progress = await createProgress(!quiet)
  try {
    const context = { signal, log, progress: (text: string) => progress.show(text) }
    const begin = performance.now()
    await using transcriber = await loadInTime(config, loader, context, { stop: context.signal })
    const loadSec = (performance.now() - begin) / 1000
    const onRecording = (recording: TrialRecording, index: number) =>
      progress.show(`${name} ${recording.name}, ${index + 1} of ${recordings.length}`.trim())
    const trial = { name, options, normalizer, isRealTime, loadSec, signal, log, onRecording }
    return await runSetting(transcriber, recordings, trial)
  } finally {
    progress.stop()
  }
}
