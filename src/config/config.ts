import { z } from 'zod'
import { nearestName, suggestion } from '../core/did-you-mean.js'
import { UsageError } from '../core/errors.js'
import { clashesOf } from './clashes.js'
import type { LoaderOptions } from './loader-options.js'
import { coerced, resolveOptions } from './loader-options.js'
import { flagOf } from './option-names.js'
import { CONFIG_KEYS, findKey } from './option-table.js'
import type { ASRConfig } from './options/table.js'
import { describeIssue } from './schema-issues.js'
import { typeOf } from './types.js'

export type { ASRConfig } from './options/table.js'

const asrConfigSchema = z.object(Object.fromEntries(CONFIG_KEYS.map((key) => [key, typeOf(key)])))

/** Values for a configuration; each is optional and has a default. */
export interface ASRSettings extends Readonly<Partial<Omit<ASRConfig, 'languages' | 'temperature' | 'hotwords'>>> {
  /** Languages that may be detected: "en,cs" or a list. */
  readonly languages?: string | readonly string[]
  /** Fallback temperatures: "0,0.2", a number, or a list. */
  readonly temperature?: number | string | readonly number[]
  /** Names and terms that are favored: "Sintra, Lord Byron" or a list. */
  readonly hotwords?: string | readonly string[]
}

/** Names of the configuration's keys. */
export const ASR_CONFIG_KEYS: readonly string[] = CONFIG_KEYS

/**
 * Checks a configuration and fills in the defaults. Keys may be written in snake_case; undefined values are absent.
 *
 * @param loaderOptions options of the backend; their values become part of the result
 * @param nameOf gives the name of a key in messages; on the command line that is its option
 * @throws UsageError for an unknown key, a value out of range, keys that exclude each other
 * @throws BackendError as `resolveOptions`
 */
export function parseConfig(
  input: Readonly<Record<string, unknown>>,
  loaderOptions?: LoaderOptions,
  nameOf: (key: string) => string = (key) => key,
): ASRConfig & Record<string, unknown> {
  const loaderSchema = resolveOptions(loaderOptions, ASR_CONFIG_KEYS, input.backend)
  const known = [...ASR_CONFIG_KEYS, ...Object.keys(loaderSchema.shape)]
  const general: Record<string, unknown> = {}
  const special: Record<string, unknown> = {}
  for (const [written, value] of Object.entries(input)) {
    if (value === undefined) continue
    const key = findKey(written, known)
    if (key === undefined) throw unknownKey(written, known)
    const part = Object.hasOwn(asrConfigSchema.shape, key) ? general : special
    if (Object.hasOwn(part, key)) throw new UsageError(`${nameOf(key)} is given twice, once as "${written}"`)
    part[key] = value
  }
  const config = withRoom(checked(asrConfigSchema, general, nameOf) as ASRConfig, general, nameOf)
  refuseClashes(config, nameOf)
  return { ...checked(loaderSchema, special, nameOf), ...config }
}

function unknownKey(written: string, known: readonly string[]): UsageError {
  return new UsageError(`unknown key "${written}"`, {
    hint: suggestion(written, known),
    code: 'ASR_OPTION_UNKNOWN',
    details: { option: written, knownOptions: known },
  })
}

/**
 * Reads `key=value` pairs for a backend, each as its schema wants it: "8" is a number where a number is expected.
 *
 * @param door how messages call what the pairs were given with
 * @throws UsageError for a pair without "=", and for a key that the backend does not have
 */
export function parseLoaderOptions(
  pairs: readonly string[],
  backend: string,
  loaderOptions?: LoaderOptions,
  door = '--option',
): Record<string, unknown> {
  const { shape } = resolveOptions(loaderOptions, ASR_CONFIG_KEYS, backend)
  const values: Record<string, unknown> = {}
  for (const pair of pairs) {
    const [, written, text] = /^([^=]+)=(.*)$/s.exec(pair) ?? []
    if (written === undefined || text === undefined) {
      throw new UsageError(`${door} "${pair}" gives no value`, { hint: `write ${door} key=value` })
    }
    const key = findKey(written, Object.keys(shape))
    if (key === undefined) throw unknownOption(written, backend, shape, door)
    if (Object.hasOwn(values, key)) throw new UsageError(`${door} ${key} is given twice`)
    values[key] = coerced(shape[key] as z.ZodType, text)
  }
  return values
}

function unknownOption(
  written: string,
  backend: string,
  shape: Readonly<Record<string, unknown>>,
  door: string,
): UsageError {
  const general = findKey(written, ASR_CONFIG_KEYS)
  const known = Object.keys(shape)
  const isNear = known.length === 0 || nearestName(written, known) !== undefined
  const listing = isNear ? '' : `; "asr-stream backends ${backend}" describes them`
  const hint = general === undefined ? `${suggestion(written, known)}${listing}` : `${optionName(general)} sets it`
  const place = door === '--option' ? '' : `, which ${door} gives`
  return new UsageError(`the backend "${backend}" has no option "${written}"${place}`, { hint })
}

/** The option of the command line for a key: "minChunkSize" is "--min-chunk-size", a key of the backend "--option key". */
export function optionName(key: string): string {
  return ASR_CONFIG_KEYS.includes(key) ? flagOf(key) : `--option ${key}`
}

function checked<Schema extends z.ZodObject>(
  schema: Schema,
  values: Record<string, unknown>,
  nameOf: (key: string) => string,
): z.infer<Schema> {
  const result = schema.safeParse(values)
  if (result.success) return result.data
  const [issue] = result.error.issues
  throw issue ? describeIssue(issue, values, nameOf, schema) : new UsageError(result.error.message)
}

function refuseClashes(config: ASRConfig, nameOf: (key: string) => string): void {
  const [clash] = clashesOf(config)
  if (clash === undefined) return
  throw new UsageError(clash.message(nameOf), {
    hint: clash.hint(nameOf),
    code: 'ASR_OPTION_CONFLICT',
    details: { options: clash.keys },
  })
}

/** The backlog has room for an update: where it is not given it grows with the update. */
function withRoom(config: ASRConfig, given: object, nameOf: (key: string) => string): ASRConfig {
  const { maxBacklog, minChunkSize } = config
  if (maxBacklog >= minChunkSize) return config
  if (!('maxBacklog' in given)) return { ...config, maxBacklog: minChunkSize }
  throw new UsageError(`${nameOf('maxBacklog')} is less than ${nameOf('minChunkSize')}: no update would fit`, {
    hint: `give at least ${minChunkSize}`,
  })
}
