import { cpus } from 'node:os'
import { type SweptSetting, sweptSettings } from '../config/sweep.js'
import { type Evaluation, evaluationOf, type SettingResult } from '../evaluation/evaluation.js'
import { createLog, createProgress } from '../terminal/log.js'
import { chosenRecordings, readCorpus, type TrialRecording } from '../trials/corpus.js'
import { runSetting } from '../trials/run-setting.js'
import { type CommandRun, configure } from './configure.js'
import { type EvaluateFlags, recognitionFlags } from './evaluate-flags.js'
import { programVersion } from './info-options.js'
import { loadInTime } from './load-in-time.js'

/** Transcribes the recordings under each setting and scores them. */
export async function runEvaluation(path: string, flags: EvaluateFlags, run: CommandRun): Promise<Evaluation> {
  const settings = sweptSettings(flags.sweep ?? [])
  const recordings = chosenRecordings(await readCorpus(path, flags.reference), flags)
  const results: SettingResult[] = []
  for (const setting of settings) results.push(await tried(setting, recordings, flags, run))
  return evaluationOf({
    program: programVersion(),
    date: new Date().toISOString(),
    machine: `${cpus()[0]?.model.trim() ?? 'unknown'}, ${process.platform}`,
    pace: flags.realTime ? 'realtime' : 'fast',
    settings: results,
  })
}

async function tried(
  { name, values }: SweptSetting,
  recordings: readonly TrialRecording[],
  flags: EvaluateFlags,
  { signal, given }: CommandRun,
): Promise<SettingResult> {
  const { logLevel, quiet = false, normalizer, realTime: isRealTime = false } = flags
  const recognition = recognitionFlags(flags)
  const log = await createLog(logLevel ?? (quiet ? 'ERROR' : 'WARNING'))
  const options = { ...recognition, ...values }
  const { config, loader } = await configure(options, flags.option ?? [], {
    flags: recognition,
    input: 'file',
    log,
    given,
  })
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
