import { z } from 'zod'
import { UsageError } from '../core/errors.js'
import { OPTION_TABLE, type OptionKey } from './option-table.js'
import { describeIssue } from './schema-issues.js'

/** The type of an option's value, with its default. */
export function typeOf(key: OptionKey): z.ZodType {
  const row = OPTION_TABLE[key]
  const type = row.type(z)
  return row.default === undefined ? type : type.default(row.default)
}

/**
 * A value as its option has it.
 * @param name how messages call the option
 * @throws UsageError when it is of another type, or out of range
 */
export function checkedValue(key: OptionKey, value: unknown, name: string): unknown {
  const result = OPTION_TABLE[key].type(z).safeParse(value)
  if (result.success) return result.data
  const [issue] = result.error.issues
  if (issue === undefined) throw new UsageError(`${name}: ${result.error.message}`)
  throw describeIssue({ ...issue, path: [key, ...issue.path] }, { [key]: value }, () => name)
}
