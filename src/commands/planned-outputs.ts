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
