import type { RowMemory } from './row-memory.js'
import type { StageClock } from './stage-timings.js'

/** What goes with one call of the engine through all that it does. */
export interface EngineRun {
  /** Called between steps; throws when the caller has aborted. */
  readonly throwIfAborted: () => void
  /** Measures what the computing goes to. */
  readonly clock: StageClock
  /** Where the attention of the tokens is kept until the window is done. */
  readonly rows: RowMemory
}
