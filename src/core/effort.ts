/** How much is computed for a stream; `types.ts` has it too. */

/** How much is computed in each second of a stream: what changes where recognition must not be late. */
export interface Effort {
  /** Minimum of new audio for an update, in seconds. */
  readonly stepSec: number
  /** The audio buffer is cut when it is longer than this, in seconds. */
  readonly windowSec: number
  /** The most texts that are followed at once; 1: greedily. Absent: beams were not asked for. */
  readonly beamSize?: number
}
