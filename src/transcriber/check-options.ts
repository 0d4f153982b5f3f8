import { suggestion } from '../core/did-you-mean.js'
import { UsageError } from '../core/errors.js'

/** Says what is wrong with a value; null: nothing. */
type Check = (value: unknown) => string | null

const isFunction = (value: unknown) => typeof value === 'function'
const aFunction: Check = (value) => (isFunction(value) ? null : 'a function')
const aSignal: Check = (value) => (value instanceof AbortSignal ? null : 'an AbortSignal')
const anObject: Check = (value) =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? null : 'an object'
const oneOf =
  (...choices: readonly string[]): Check =>
  (value) =>
    choices.includes(value as string) ? null : `one of ${choices.join(', ')}`
const aLog: Check = (value) =>
  ['error', 'warn', 'info', 'debug'].every((level) => isFunction((value as Record<string, unknown> | null)?.[level]))
    ? null
    : 'an object with error, warn, info and debug, such as console'
const isPlugin = (value: unknown) =>
  typeof value === 'string' ||
  (anObject(value) === null && typeof (value as { name?: unknown }).name === 'string' && isLoading(value))
const isLoading = (value: unknown) => isFunction((value as { load?: unknown }).load)
const somePlugins: Check = (value) =>
  Array.isArray(value) && value.every(isPlugin) ? null : 'a list of { name, description, load } and of paths'

const STREAM: Readonly<Record<string, Check>> = {
  signal: aSignal,
  stop: aSignal,
  pace: oneOf('fast', 'live', 'realtime', 'offline'),
  whenFull: oneOf('wait', 'skip'),
  onArrival: aFunction,
}

const LOADING: Readonly<Record<string, Check>> = {
  options: anObject,
  plugins: somePlugins,
  log: aLog,
  signal: aSignal,
  progress: aFunction,
}

/**
 * Refuses options of a stream that would fail later, or do nothing. Programs need not be typed.
 * @throws UsageError for an unknown option, and for a value of another type
 */
export function checkStreamOptions(options: unknown): void {
  check('options of a stream', options, STREAM)
  const keys = Object.keys(STREAM)
  const unknown = Object.keys(options as object).find((key) => !keys.includes(key))
  if (unknown === undefined) return
  throw new UsageError(`a stream has no option "${unknown}"`, { hint: suggestion(unknown, keys) })
}

/**
 * Refuses what a transcriber cannot be loaded with; the configuration is checked by itself.
 * @throws UsageError for a value of another type
 */
export function checkSettings(settings: unknown): void {
  check('settings', settings, LOADING)
}

function check(what: string, values: unknown, checks: Readonly<Record<string, Check>>): void {
  if (anObject(values) !== null) throw new UsageError(`${what} are an object, not ${shown(values)}`)
  for (const [key, value] of Object.entries(values as object)) {
    const wanted = value === undefined ? null : (checks[key]?.(value) ?? null)
    if (wanted !== null) throw new UsageError(`${key} must be ${wanted}, not ${shown(value)}`)
  }
}

function shown(value: unknown): string {
  if (typeof value === 'string') return `"${value}"`
  if (Array.isArray(value)) return `[${value.map(shown).join(', ')}]`
  if (typeof value !== 'object' || value === null) return String(value)
  const { name } = value.constructor ?? {}
  return name === 'Object' || name === undefined ? `{ ${Object.keys(value).join(', ')} }` : name
}
