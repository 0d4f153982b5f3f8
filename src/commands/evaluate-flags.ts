import { CONFIG_KEYS, findOption } from '../config/option-table.js'
import type { NormalizerName } from '../evaluation/normalizers/names.js'
import type { CommandFlags } from './transcribe-options.js'

/** Options of `asr-stream evaluate` besides those of recognition. */
export interface EvaluateFlags extends CommandFlags {
  readonly reference?: string
  readonly only?: readonly string[]
  readonly limit?: number
  readonly normalizer?: NormalizerName
  readonly realTime?: boolean
  readonly sweep?: readonly string[]
  readonly json?: boolean
  readonly csv?: boolean
  readonly errors?: boolean
  readonly save?: string
  readonly report?: string
  readonly compare?: readonly string[]
  readonly maxRegression?: number
}

/** The options of recognition among those of `asr-stream evaluate`. */
export function recognitionFlags(flags: EvaluateFlags): Record<string, unknown> {
  const own = Object.entries(flags).filter(([written, value]) => {
    const key = findOption(written)
    return value !== undefined && CONFIG_KEYS.some((known) => known === key)
  })
  return Object.fromEntries(own)
}
