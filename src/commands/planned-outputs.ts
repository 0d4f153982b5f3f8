import { type PlannedOutput, planOutputs } from '../output/plan-outputs.js'
import { cueLimits } from '../output/subtitles/cue-limits.js'
import type { CommandFlags } from './transcribe-options.js'

/**
 * Which texts are written, and where they go.
 * @throws UsageError when that cannot be, or the limits of subtitles contradict each other
 */
export function plannedOutputs(flags: CommandFlags): readonly PlannedOutput[] {
  cueLimits(flags)
  return planOutputs(flags.output ?? [], flags.format)
}

/** What is written, as far as it decides which options have an effect. */
export function whatIsWritten({ markers, record }: CommandFlags, planned: readonly PlannedOutput[]) {
  return {
    formats: planned.map(({ format }) => format),
    hasMarkers: markers !== undefined,
    isRecorded: record !== undefined,
  }
}
