import { z } from 'zod'
import { isTurnedOff, snakeCase } from '../option-names.js'
import { ALIASES, OPTION_TABLE, type OptionKey } from '../option-table.js'
import { FILE_KEYS } from './config-file.js'

/** A JSON Schema, or a part of one. */
export type JsonSchema = Readonly<Record<string, unknown>>

/** Options that may also be written in a shorter form, and how. */
const SHORT_FORMS: Partial<Readonly<Record<OptionKey, readonly JsonSchema[]>>> = {
  languages: [{ type: 'string', description: 'with commas between' }],
  hotwords: [{ type: 'string', description: 'with commas between' }],
  temperature: [{ type: 'number' }, { type: 'string', description: 'with commas between' }],
  option: [{ type: 'object' }],
  output: [{ type: 'string' }],
}

/** The JSON Schema of a configuration file: keys in snake_case, and in camelCase where that differs. */
export function configJsonSchema(): JsonSchema {
  const own = FILE_KEYS.flatMap((key) => [snakeCase(key), key].map((written) => [written, key] as const))
  const names = [...own, ...Object.entries(ALIASES)]
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Configuration of asr-stream',
    type: 'object',
    properties: {
      $schema: { type: 'string' },
      ...Object.fromEntries(names.map(([written, key]) => [written, { $ref: `#/$defs/${snakeCase(key)}` }])),
    },
    additionalProperties: false,
    $defs: Object.fromEntries(FILE_KEYS.map((key) => [snakeCase(key), optionSchema(key)])),
  }
}

/** The values that an option may have. */
export function valueSchema(key: OptionKey): JsonSchema {
  const { $schema, ...schema } = z.toJSONSchema(OPTION_TABLE[key].type(z), {
    override: ({ jsonSchema }) => {
      if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum
      delete jsonSchema.readOnly
    },
  })
  return schema
}

function optionSchema(key: OptionKey): JsonSchema {
  const { help, default: standard } = OPTION_TABLE[key]
  const schema = valueSchema(key)
  const short = SHORT_FORMS[key]
  return {
    description: isTurnedOff(key) ? `false: ${help}` : help,
    ...(standard === undefined ? {} : { default: standard }),
    ...(short === undefined ? schema : { anyOf: [schema, ...short] }),
  }
}
