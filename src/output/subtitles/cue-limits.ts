import { UsageError } from '../../core/errors.js'
import { type CueLimits, SUBTITLE_PROFILES, type SubtitleProfile } from './profiles.js'

/** A profile, and limits that differ from it. Times are seconds. */
export interface LimitOptions {
  readonly subtitleProfile?: SubtitleProfile | undefined
  readonly maxLineLength?: number | undefined
  readonly maxLines?: number | undefined
  readonly maxCps?: number | undefined
  readonly minCue?: number | undefined
  readonly maxCue?: number | undefined
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
