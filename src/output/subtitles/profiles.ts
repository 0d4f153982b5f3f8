/** What the cues of a file have to keep to. */
export interface CueLimits {
  /** Columns of a line; characters of East Asia count as two. */
  readonly maxLineLength: number
  /** Lines of a cue. */
  readonly maxLines: number
  /** Characters that are read in a second, spaces among them. */
  readonly maxCps: number
  /** Seconds that a cue is shown at least. */
  readonly minCueSec: number
  /** Seconds that a cue is shown at most. */
  readonly maxCueSec: number
  /** Seconds between cues. */
  readonly gapSec: number
}

/** Frames a second of the film that guides reckon with. */
const FRAME_RATE = 24
const TWO_FRAMES_SEC = 2 / FRAME_RATE

/** The name of a profile: a guide, or `short`, one line for small and upright screens. */
export type SubtitleProfile = 'netflix' | 'bbc' | 'short'

/**
 * Limits by the name of their guide.
 *
 * Ref: Netflix, English Timed Text Style Guide (42 characters, 20 a second, 5/6 s to 7 s, two frames apart); BBC, Subtitle
 * Guidelines (37 characters, 160 to 180 words a minute, of which each takes about 5.7 characters with its space).
 */
export const SUBTITLE_PROFILES: Readonly<Record<SubtitleProfile, CueLimits>> = {
  netflix: { maxLineLength: 42, maxLines: 2, maxCps: 20, minCueSec: 5 / 6, maxCueSec: 7, gapSec: TWO_FRAMES_SEC },
  bbc: { maxLineLength: 37, maxLines: 2, maxCps: 17, minCueSec: 1, maxCueSec: 7, gapSec: TWO_FRAMES_SEC },
  short: { maxLineLength: 32, maxLines: 1, maxCps: 20, minCueSec: 0.5, maxCueSec: 4, gapSec: TWO_FRAMES_SEC },
}
