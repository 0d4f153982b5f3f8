import type { OptionKey } from '../option-table.js'

/** A value that an option has from a file or from a variable, checked. */
export interface Setting {
  readonly value: unknown
  /** How messages call it: "min_chunk_size (asr.yaml:3)", "ASR_STREAM_MIN_CHUNK_SIZE". */
  readonly name: string
  readonly door: 'variable' | 'file'
}

/** Settings by the key of their option. */
export type Settings = ReadonlyMap<OptionKey, Setting>
