import type { RowMemory } from './row-memory.js'
import type { StageClock } from './stage-timings.js'

/** What goes with one call of the engine through all that it does. */
export interface EngineRun {
  /** Awaited before each step: others may have their turn first. Throws when the caller has aborted. */
  readonly pause: () => Promise<void> | void
  /** Measures what the computing goes to. */
  readonly clock: StageClock
  /** Where the attention of the tokens is kept until the window is done. */
  readonly rows: RowMemory
}
