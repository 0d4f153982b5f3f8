import { basename, dirname, resolve } from 'node:path'
import { AsrStreamError, EvaluationError } from '../core/errors.js'
import type { TranscriptEvent } from '../core/events.js'
import type { Log } from '../core/types.js'
import {
  type FailedRecording,
  type ScoredRecording,
  type SettingResult,
  settingResult,
} from '../evaluation/evaluation.js'
import { RunCollector } from '../evaluation/material/run.js'
import type { NormalizerName } from '../evaluation/normalizers/names.js'
import { scoreRecording } from '../evaluation/score.js'
import type { Transcriber } from '../transcriber/transcriber.js'
import { knownToModel, type TrialRecording } from './corpus.js'

/** How a setting is tried. */
export interface TrialOptions {
  readonly name: string
  readonly options: Readonly<Record<string, unknown>>
  /** Absent: that of the language. */
  readonly normalizer?: NormalizerName | undefined
  /** Audio at the speed of speech, so that times have computing in them; else as fast as can be. */
  readonly isRealTime: boolean
  readonly loadSec: number
  readonly signal: AbortSignal
  /** Is told of recordings that are left out. */
  readonly log: Log
  /** Called before each recording. */
  readonly onRecording?: (recording: TrialRecording, index: number) => void
  /** Called with each event. */
  readonly onEvent?: (recording: TrialRecording, event: TranscriptEvent) => void
}

/**
 * Transcribes recordings one after the other and scores them. One that cannot be read or recognized is told of in the
 * result.
 *
 * @throws the signal's reason when it is aborted; EvaluationError when there is nothing to transcribe; what is no error of
 *   this program
 */
export async function runSetting(
  transcriber: Transcriber,
  recordings: readonly TrialRecording[],
  options: TrialOptions,
): Promise<SettingResult> {
  const { name, options: given, loadSec, signal } = options
  const scored: ScoredRecording[] = []
  const failed: FailedRecording[] = []
  const { known, unknown } = knownToModel(recordings, transcriber.config.model)
  const groupOf = groups(known)
  if (unknown.length > 0) {
    const names = unknown.map((one) => `${one.name} (${one.spoken.language})`).join(', ')
    options.log.warn(`${transcriber.config.model} does not know the language of ${names}: left out`)
  }
  if (known.length === 0) {
    throw new EvaluationError(`${transcriber.config.model} knows the language of no recording`, {
      hint: 'give another --model',
    })
  }
  for (const [index, recording] of known.entries()) {
    options.onRecording?.(recording, index)
    try {
      const score = await runRecording(transcriber, recording, options)
      scored.push({ name: recording.name, group: groupOf(recording), ...score })
    } catch (error) {
      if (signal.aborted || !(error instanceof AsrStreamError)) throw error
      failed.push({ name: recording.name, reason: error.message })
    }
    signal.throwIfAborted()
  }
  const peakBytes = process.resourceUsage().maxRSS * 1024
  return settingResult({ name, options: given, recordings: scored, failed, loadSec, peakBytes })
}

/** What is told of a setting that cannot be tried, such as one whose model is not there. */
export function untried({ name, options }: Pick<TrialOptions, 'name' | 'options'>, reason: string): SettingResult {
  const failed = [{ name: 'all recordings', reason }]
  const peakBytes = process.resourceUsage().maxRSS * 1024
  return settingResult({ name, options, recordings: [], failed, loadSec: 0, peakBytes })
}

async function runRecording(
  transcriber: Transcriber,
  recording: TrialRecording,
  { normalizer, isRealTime, signal, onEvent }: TrialOptions,
) {
  const { config, separator } = transcriber
  const pace = config.offline ? 'offline' : isRealTime ? 'realtime' : 'fast'
  const collector = new RunCollector(separator, pace)
  for await (const event of transcriber.stream(recording.audio, { pace, signal })) {
    collector.take(event)
    onEvent?.(recording, event)
  }
  const language = recording.spoken.language ?? languageOf(config)
  return scoreRecording({ ...recording.spoken, language }, collector.run(), { normalizer })
}

/** What is spoken where the reference does not say it: the language that was asked for, or the only one of the model. */
function languageOf({ lan, model }: Transcriber['config']): string | null {
  if (lan !== 'auto') return lan
  return model.endsWith('.en') ? 'en' : null
}

/** Recordings of several folders are put together by folder, else by language. */
function groups(recordings: readonly TrialRecording[]): (recording: TrialRecording) => string {
  const folderOf = ({ audio }: TrialRecording) => basename(dirname(resolve(audio)))
  const folders = new Set(recordings.map(folderOf))
  return (recording) => (folders.size > 1 ? folderOf(recording) : (recording.spoken.language ?? 'all'))
}
