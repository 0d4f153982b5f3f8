import type { FilesResult } from '../files/run-files.js'
import type { PlannedOutput } from '../output/plan-outputs.js'
import type { CommandRun, Configured } from './configure.js'
import type { FilesReport } from './files-report.js'

/** What a run of recordings is done with. */
export interface PlannedRun extends CommandRun {
  readonly report: FilesReport
  /** What is written of one of them. */
  readonly outputs: readonly PlannedOutput[]
  /** Whether there are, or may be, several. */
  readonly hasSeveral: boolean
  /** Name of the journals that are written. */
  readonly journal?: string
}

/** What became of it. */
export interface PlannedResult {
  readonly config: Configured['config']
  /** Stands for the options. */
  readonly key: string
  /** Of those that were not done before; null: all were. */
  readonly files: FilesResult | null
  /** How many were done before or by another program, and their audio in seconds as far as it is known. */
  readonly skipped: number
  readonly skippedSec: number
}
