import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { stringify } from 'yaml'
import { FILE_KEYS } from '../../../src/config/doors/config-file.js'
import { type JsonSchema, valueSchema } from '../../../src/config/doors/json-schema.js'
import { flagOf, snakeCase, variableOf } from '../../../src/config/option-names.js'
import { OPTION_TABLE, type OptionKey } from '../../../src/config/option-table.js'
import { refusalOf, throughDoors } from './run-doors.js'

const RUNS = 12
/** What else has to be given, so that a value is not in the way of another. */
const COMPANY: Partial<Readonly<Record<OptionKey, readonly string[]>>> = {
  fast: ['--offline'],
  beamSize: ['--offline'],
  temperature: ['--offline'],
  maxBacklog: ['--min-chunk-size', String(0.01)],
}

/** How a value is written at each door. */
interface Written {
  readonly argv: readonly string[]
  readonly text: string
  readonly json: unknown
}

const isSwitch = (key: OptionKey) => !OPTION_TABLE[key].flag.includes('<')
const word = fc.stringMatching(/^[a-z][a-z0-9 ]{0,8}[a-z]$/)

/** Values of an option that are right, as each door has them. */
function valid(key: OptionKey): fc.Arbitrary<Written> {
  const flag = flagOf(key)
  if (isSwitch(key)) {
    const json = !flag.startsWith('--no-')
    return fc.constantFrom(...(json ? ['true', '1', 'yes', 'ON'] : ['false', '0', 'no', 'OFF'])).map((text) => ({
      argv: [flag],
      text,
      json,
    }))
  }
  if (key === 'option') {
    return fc.dictionary(word, word, { minKeys: 1, maxKeys: 3 }).map((json) => ({
      argv: Object.entries(json).map(([one, value]) => `${flag}=${one}=${value}`),
      text: JSON.stringify(json),
      json,
    }))
  }
  return value(key, valueSchema(key)).map((json) => {
    if (!Array.isArray(json)) return { argv: [`${flag}=${json}`], text: String(json), json }
    const isRepeated = OPTION_TABLE[key].reads === 'item'
    return { argv: isRepeated ? json.map((one) => `${flag}=${one}`) : [`${flag}=${json}`], text: String(json), json }
  })
}

function value(key: OptionKey, schema: JsonSchema): fc.Arbitrary<unknown> {
  const {
    type,
    enum: choices,
    anyOf,
    items,
    minimum,
    exclusiveMinimum,
    maximum,
  } = schema as {
    readonly type?: string
    readonly enum?: readonly unknown[]
    readonly anyOf?: readonly JsonSchema[]
    readonly items?: JsonSchema
    readonly minimum?: number
    readonly exclusiveMinimum?: number
    readonly maximum?: number
  }
  if (choices !== undefined) return fc.constantFrom(...choices)
  if (anyOf !== undefined) return value(key, anyOf[0] ?? {})
  if (type === 'array') return fc.array(value(key, items ?? {}), { minLength: 1, maxLength: 3 })
  const [min, max] = [minimum ?? exclusiveMinimum ?? 0, maximum ?? 1e6]
  if (type === 'integer') return fc.integer({ min, max })
  if (type === 'number') return fc.double({ min, max, minExcluded: exclusiveMinimum !== undefined, noNaN: true })
  // A path is absolute, so that it does not matter from where it is seen.
  const { value: kind } = OPTION_TABLE[key]
  if (kind === 'file' || kind === 'folder') return word.map((text) => `/${text}`)
  // The items of a list have no commas, which stand between them.
  if (kind !== undefined || key === 'hotwords' || key === 'allowOrigin') return word
  return fc.string({ minLength: 1 }).filter((text) => text.trim() !== '' && !text.startsWith('--'))
}

/** Values that are wrong, as each door has them; absent: the door takes everything. */
function invalid(key: OptionKey): { readonly flag?: string; readonly text?: string; readonly json: unknown } {
  if (isSwitch(key)) return { text: 'maybe', json: 'true' }
  const schema = valueSchema(key)
  const { anyOf = [schema] } = schema as { readonly anyOf?: readonly JsonSchema[] }
  const { type, minLength } = anyOf[0] ?? {}
  if (key === 'option') return { text: '[3]', json: [3] }
  // A variable that is empty is none.
  if (key === 'device' || key === 'record') return { flag: '', json: '' }
  if (key === 'output') return { flag: '', text: 'a,,b', json: '' }
  if (key === 'markers' || key === 'initialPromptFile') return { flag: '', json: '' }
  if (key === 'plugins') return { flag: ' ', text: ',', json: 'a.mjs' }
  if (key === 'languages' || key === 'hotwords') return { flag: 'en,,cs', text: 'en,,cs', json: [''] }
  if (key === 'temperature') return { flag: '0,warm', text: '3', json: [-1] }
  if (schema.enum !== undefined) return { flag: 'nonsense', text: 'nonsense', json: 'nonsense' }
  if (type === 'number' || type === 'integer') return { flag: '-1', text: 'many', json: '1' }
  return minLength === undefined && schema.enum === undefined && !JSON.stringify(schema).includes('enum')
    ? { json: 3 }
    : { flag: ' ', text: ' ', json: 3 }
}

describe.each(FILE_KEYS)('%s', (key) => {
  const isListen = OPTION_TABLE[key].onlyForListen === true
  const company = COMPANY[key] ?? []

  it('is the same from the command line, a variable, JSON and YAML', async () => {
    await fc.assert(
      fc.asyncProperty(valid(key), async ({ argv, text, json }) => {
        const [flag, variable, jsonFile, yamlFile] = await Promise.all([
          throughDoors({ isListen, argv: [...company, ...argv] }),
          throughDoors({ isListen, argv: company, environment: { [variableOf(key)]: text } }),
          throughDoors({ isListen, argv: company, file: { [snakeCase(key)]: json } }),
          throughDoors({ isListen, argv: company, file: stringify({ [key]: json }) }),
        ])
        expect(variable.values).toEqual(flag.values)
        expect(jsonFile.values).toEqual(flag.values)
        expect(yamlFile.values).toEqual(flag.values)
        expect(flag.given.isFromAfar(key)).toBe(false)
        expect([variable, jsonFile].map(({ given }) => given.isFromAfar(key))).toEqual([true, true])
      }),
      { numRuns: RUNS },
    )
  })

  it('is refused at each door by the name of the door', async () => {
    const { flag, text, json } = invalid(key)
    if (flag !== undefined) {
      const message = await refusalOf({ isListen, argv: [...company, `${flagOf(key)}=${flag}`] })
      expect(message).toMatch(new RegExp(`^${flagOf(key)}(\\.\\d)? (must be|is less)`))
    }
    if (text !== undefined) {
      const message = await refusalOf({ isListen, argv: company, environment: { [variableOf(key)]: text } })
      expect(message).toMatch(new RegExp(`^${variableOf(key)}(\\.\\d)? (must be|is less)`))
    }
    const message = await refusalOf({ isListen, argv: company, file: { model: 'tiny', [snakeCase(key)]: json } })
    expect(message).toMatch(
      new RegExp(`^${snakeCase(key)}(\\.\\d)? \\(\\S+asr\\.json:${key === 'model' ? 2 : 3}\\) must be`),
    )
  })
})

describe('of several doors', () => {
  it('the command line comes first, then variables, then the file, then the default', async () => {
    const doors = fc.record({ flag: fc.boolean(), variable: fc.boolean(), file: fc.boolean() })
    await fc.assert(
      fc.asyncProperty(doors, async ({ flag, variable, file }) => {
        const { values, given } = await throughDoors({
          argv: flag ? ['--threads', '1'] : [],
          environment: variable ? { ASR_STREAM_THREADS: '2' } : {},
          file: file ? { threads: 3 } : {},
        })
        expect(values.threads).toBe(flag ? 1 : variable ? 2 : file ? 3 : 0)
        expect(given.nameOf('threads')).toMatch(
          flag || !(variable || file) ? /^--threads$/ : variable ? /^ASR_STREAM_THREADS$/ : /^threads \(.*:2\)$/,
        )
      }),
      { numRuns: RUNS },
    )
  })
})
