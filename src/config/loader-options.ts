import { z } from 'zod'
import { BackendError } from '../core/errors.js'
import type {} from '../core/types.js'

/** Options that only one backend knows: a zod object, or a function that makes one with the zod it is given. */
export type LoaderOptions = z.ZodObject | ((zod: typeof z) => z.ZodObject)

/** An option of one backend, for listings. */
export interface OptionDescription {
  readonly name: string
  /** As "text", "number", "yes or no". */
  readonly type: string
  /** What it does; absent where the backend does not say. */
  readonly description?: string
  /** Values that it may have; absent: any of its type. */
  readonly choices?: readonly string[]
  readonly isRequired: boolean
  /** Its default; absent: none. */
  readonly standard?: unknown
}

/**
 * The schema of a backend's own options; an empty one where it has none.
 *
 * @param taken names that its options must not have
 * @throws BackendError when one has such a name
 */
export function resolveOptions(options: LoaderOptions | undefined, taken: readonly string[] = []): z.ZodObject {
  const schema = typeof options === 'function' ? options(z) : (options ?? z.object({}))
  const clash = Object.keys(schema.shape).find((key) => taken.includes(key))
  if (clash === undefined) return schema
  throw new BackendError(`the backend's option "${clash}" has the name of a general option`, {
    hint: 'its author must give it another name, or read it from the configuration',
  })
}

/** Text as it stands where the schema takes it, else the value that it spells. */
export function coerced(schema: z.ZodType, text: string): unknown {
  if (schema.safeParse(text).success) return text
  try {
    return JSON.parse(text) as unknown
  } catch {
    return text
  }
}

/** What JSON schema says of a property; plugins bring schemas of their own. */
interface Property {
  readonly type?: string
  readonly description?: string
  readonly default?: unknown
  readonly enum?: readonly unknown[]
  readonly anyOf?: readonly Property[]
}

/** A backend's own options, in the order in which it has them. */
export function describeOptions(options: LoaderOptions | undefined): readonly OptionDescription[] {
  const schema = resolveOptions(options)
  const { properties = {}, required = [] } = jsonSchema(schema)
  return Object.keys(schema.shape).map((name) => {
    const property = properties[name] ?? {}
    const description = property.description ?? (schema.shape[name] as { description?: string }).description
    return {
      name,
      type: typeName(property),
      ...(description === undefined ? {} : { description }),
      ...(property.enum === undefined ? {} : { choices: property.enum.map(String) }),
      isRequired: required.includes(name),
      ...(property.default === undefined ? {} : { standard: property.default }),
    }
  })
}

/** Empty for a schema of another release of zod, which cannot be read. */
function jsonSchema(schema: z.ZodObject): {
  readonly properties?: Readonly<Record<string, Property>>
  readonly required?: readonly string[]
} {
  try {
    return z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as ReturnType<typeof jsonSchema>
  } catch {
    return {}
  }
}

function typeName({ type, enum: choices, anyOf }: Property): string {
  if (choices !== undefined) return 'name'
  const kind = type ?? anyOf?.find((one) => one.type !== 'null')?.type
  return TYPES[kind ?? ''] ?? 'value'
}

const TYPES: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'number',
  integer: 'whole number',
  boolean: 'true or false',
  array: 'list',
  object: 'object',
}
