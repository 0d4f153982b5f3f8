import { CONFIG_KEYS, findOption } from '../config/option-table.js'
import type { EvaluateFlags } from './evaluate-options.js'

/** The options of recognition among those of `asr-stream evaluate`. */
export function recognitionFlags(flags: EvaluateFlags): Record<string, unknown> {
  const own = Object.entries(flags).filter(([written, value]) => {
    const key = findOption(written)
    return value !== undefined && CONFIG_KEYS.some((known) => known === key)
  })
  return Object.fromEntries(own)
}
