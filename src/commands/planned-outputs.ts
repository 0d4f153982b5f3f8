import { type PlannedOutput, planOutputs, STANDARD_OUTPUT } from '../output/plan-outputs.js'
import { cueLimits } from '../output/subtitles/cue-limits.js'
import { onlyFormat } from './many-files.js'
import type { CommandFlags } from './transcribe-options.js'

/**
 * Which texts are written, and where they go.
 * @throws UsageError when that cannot be, or the limits of subtitles contradict each other
 */
export function plannedOutputs(flags: CommandFlags): readonly PlannedOutput[] {
  cueLimits(flags)
  return planOutputs(flags.output ?? [], onlyFormat(flags))
}

/** What is written, as far as it decides which options have an effect. */
export function whatIsWritten(
  { markers, record, channels }: CommandFlags,
  planned: readonly PlannedOutput[],
  hasSeveral = false,
) {
  return {
    hasSeveral,
    formats: planned.map(({ format }) => format),
    hasFiles: planned.some(({ path }) => path !== STANDARD_OUTPUT),
    hasMarkers: markers !== undefined,
    isRecorded: record !== undefined,
    hasChannels: channels !== undefined,
  }
}
