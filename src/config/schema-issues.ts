import type { z } from 'zod'
import { nearestName } from '../core/did-you-mean.js'
import { UsageError } from '../core/errors.js'

/** Says in a plain sentence what is wrong with a value of the configuration. */
export function describeIssue(
  issue: z.core.$ZodIssue,
  values: Readonly<Record<string, unknown>>,
  nameOf: (key: string) => string,
  schema?: z.ZodObject,
): UsageError {
  const [first, ...parts] = issue.path.map(String)
  // A list of one that was written as a text has no places.
  const written = values[first ?? '']
  const rest = typeof written === 'string' && !written.includes(',') ? [] : parts
  // The place of a key stands behind it, in brackets.
  const name = nameOf(first ?? 'the configuration').replace(/(?= \(|$)/, rest.map((part) => `.${part}`).join(''))
  const value = valueAt(values, issue.path)
  const code = 'ASR_OPTION_INVALID'
  const option = issue.path.map(String).join('.')
  if (value === undefined) {
    return new UsageError(`${name} is missing`, { hint: missingHint(name, issue, schema), code, details: { option } })
  }
  const choices = issue.code === 'invalid_value' ? issue.values.map(String) : []
  const nearest = nearestName(String(value), choices)
  return new UsageError(`${name} must be ${wanted(issue)}, not ${shown(value)}`, {
    ...(nearest === undefined ? {} : { hint: `did you mean "${nearest}"?` }),
    code,
    details: { option, value, ...(choices.length > 0 && { choices }) },
  })
}

/** As "give --option script=words.json: JSON file with the words", as far as the schema tells. */
function missingHint(name: string, issue: z.core.$ZodIssue, schema: z.ZodObject | undefined): string {
  const option = schema?.shape[String(issue.path[0])] as z.ZodType | undefined
  const { description, examples = [] } = (option?.meta?.() ?? {}) as Meta
  const value = examples.length > 0 ? String(examples[0]) : '...'
  const form = name.startsWith('--') ? `${name}=${value}` : wanted(issue)
  return description === undefined ? `give ${form}` : `give ${form}: ${description}`
}

interface Meta {
  readonly description?: string
  readonly examples?: readonly unknown[]
}

function valueAt(values: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    // A list that was written as a text is shown as it was written.
    (inner, key) => (typeof inner === 'string' ? inner : (inner as Record<PropertyKey, unknown> | undefined)?.[key]),
    values,
  )
}

function shown(value: unknown): string {
  return typeof value === 'number' ? String(value) : (JSON.stringify(value) ?? String(value))
}

/** What would have been right, so that it reads on after "must be". */
function wanted(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return TYPE_NAMES[issue.expected] ?? `of type ${issue.expected}`
    case 'too_small':
      if (issue.origin === 'string') return 'a text that is not empty'
      return `${issue.inclusive ? 'at least' : 'greater than'} ${issue.minimum}`
    case 'too_big':
      if (issue.origin === 'string') return `a text of at most ${issue.maximum} characters`
      if (issue.origin === 'array') return `a list of at most ${issue.maximum}`
      return `${issue.inclusive ? 'at most' : 'less than'} ${issue.maximum}`
    case 'invalid_value':
      return issue.values.length === 1 ? String(issue.values[0]) : `one of ${issue.values.join(', ')}`
    default:
      return `right (${issue.message})`
  }
}

const TYPE_NAMES: Readonly<Record<string, string>> = {
  number: 'a number',
  int: 'a whole number',
  string: 'a text',
  boolean: 'true or false',
  array: 'a list',
}
