import { z } from 'zod'
import { BackendError, messageOf } from '../core/errors.js'
import type {} from '../core/types.js'
import { kindOf } from '../core/word-checks.js'

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
 * @param backend its name, for messages; absent: not known
 * @throws BackendError when one has such a name, and when there is no such schema
 */
export function resolveOptions(
  options: LoaderOptions | undefined,
  taken: readonly string[] = [],
  backend?: unknown,
): z.ZodObject {
  const whose = typeof backend === 'string' ? `the backend "${backend}"` : 'the backend'
  const schema = schemaOf(options, whose)
  const clash = Object.keys(schema.shape).find((key) => taken.includes(key))
  if (clash === undefined) return schema
  throw new BackendError(`the option "${clash}" of ${whose} has the name of a general option`, {
    hint: 'its author must give it another name, or read it from the configuration',
  })
}

/** Plugins need not be typed. */
function schemaOf(options: LoaderOptions | undefined, whose: string): z.ZodObject {
  let schema: unknown
  try {
    schema = typeof options === 'function' ? options(z) : (options ?? z.object({}))
  } catch (cause) {
    throw new BackendError(`the options of ${whose} cannot be made: ${messageOf(cause)}`, { cause })
  }
  if (isZodObject(schema)) return schema
  const are = typeof options === 'function' ? `a function that gives ${kindOf(schema)}` : kindOf(schema)
  throw new BackendError(`the options of ${whose} are ${are}`, {
    hint: 'its author must make them a zod object, or a function: (z) => z.object({ ... })',
  })
}

function isZodObject(value: unknown): value is z.ZodObject {
  const { shape } = (value ?? {}) as { readonly shape?: unknown }
  return typeof shape === 'object' && shape !== null
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
export function describeOptions(options: LoaderOptions | undefined, backend?: string): readonly OptionDescription[] {
  const schema = resolveOptions(options, [], backend)
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
