import { UsageError } from '../../core/errors.js'
import { type CueLimits, SUBTITLE_PROFILES, type SubtitleProfile } from './profiles.js'

/** A profile, and limits that differ from it. Times are seconds. */
export interface LimitOptions {
  /** What the others are where they are absent. "netflix" if absent. */
  readonly subtitleProfile?: SubtitleProfile | undefined
  /** Columns of a line; characters of East Asia count as two. */
  readonly maxLineLength?: number | undefined
  /** Lines of a cue. */
  readonly maxLines?: number | undefined
  /** Characters that are read in a second. */
  readonly maxCps?: number | undefined
  /** Seconds that a cue is shown at least. */
  readonly minCue?: number | undefined
  /** Seconds that a cue is shown at most. */
  readonly maxCue?: number | undefined
  /** Seconds between cues. */
  readonly cueGap?: number | undefined
}

/**
 * The limits of cues. Where only one of the least and the greatest time is given, the profile's other one gives way.
 * @throws UsageError when the least time is greater than the greatest
 */
export function cueLimits({ subtitleProfile = 'netflix', ...given }: LimitOptions): CueLimits {
  const profile = SUBTITLE_PROFILES[subtitleProfile]
  const { minCue, maxCue } = given
  if (minCue !== undefined && maxCue !== undefined && minCue > maxCue) {
    throw new UsageError(`--min-cue ${minCue} is more than --max-cue ${maxCue}`, { hint: 'exchange them' })
  }
  return {
    maxLineLength: given.maxLineLength ?? profile.maxLineLength,
    maxLines: given.maxLines ?? profile.maxLines,
    maxCps: given.maxCps ?? profile.maxCps,
    minCueSec: minCue ?? Math.min(profile.minCueSec, maxCue ?? Number.POSITIVE_INFINITY),
    maxCueSec: maxCue ?? Math.max(profile.maxCueSec, minCue ?? 0),
    gapSec: given.cueGap ?? profile.gapSec,
  }
}
