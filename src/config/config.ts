import { z } from 'zod'
import { nearestName, suggestion } from '../core/did-you-mean.js'
import { UsageError } from '../core/errors.js'
import { ASR_DEFAULTS, BUFFER_TRIMMINGS, COMPATS, POLICIES, PRECISIONS, RAW_ENCODINGS, TASKS } from './defaults.js'
import { describeIssue } from './issues.js'
import type { LoaderOptions } from './loader-options.js'
import { coerced, findKey, resolveOptions } from './loader-options.js'
import { flagOf } from './option-names.js'

const name = z.string().trim().min(1)

const asrConfigSchema = z.object({
  /** Name of the model, as "tiny.en". */
  model: name.default(ASR_DEFAULTS.model),
  /** Language code or name; "auto": the backend detects it. The backend says which it knows. */
  lan: name.toLowerCase().default(ASR_DEFAULTS.lan),
  /** Languages that may be detected where `lan` is "auto"; empty: any. "en,cs" or a list. */
  languages: z.preprocess(nameList, z.array(name.toLowerCase()).readonly()).default([]),
  task: z.enum(TASKS).default(ASR_DEFAULTS.task),
  /** Name of a registered loader. */
  backend: name.default(ASR_DEFAULTS.backend),
  /** How it is decided that text will not change any more. */
  policy: z.enum(POLICIES).default(ASR_DEFAULTS.policy),
  /** Seconds of audio between updates. */
  minChunkSize: z.number().positive().default(ASR_DEFAULTS.minChunkSize),
  /** Where the audio buffer is cut. */
  bufferTrimming: z.enum(BUFFER_TRIMMINGS).default(ASR_DEFAULTS.bufferTrimming),
  /** Seconds of buffer beyond which it is cut. */
  bufferTrimmingSec: z.number().positive().default(ASR_DEFAULTS.bufferTrimmingSec),
  /** AlignAtt: text is final when attention is at least this many frames of 20 ms before the end of the audio. */
  frameThreshold: z.int().min(1).default(ASR_DEFAULTS.frameThreshold),
  /** AlignAtt: seconds of buffer beyond which it is cut. */
  audioMaxLen: z.number().min(2).default(ASR_DEFAULTS.audioMaxLen),
  /** AlignAtt: text that stands before what is said, and scrolls away. */
  initPrompt: z.string().default(''),
  /** AlignAtt: text that always stands before what is said. */
  staticInitPrompt: z.string().default(''),
  /** Folder in which models lie by name, and into which they are downloaded; null: the cache of the Hugging Face Hub. */
  modelCacheDir: name.nullable().default(null),
  /** Folder of the model itself; wins over `model` and `modelCacheDir`. */
  modelDir: name.nullable().default(null),
  /** Models are never downloaded. */
  offlineModels: z.boolean().default(false),
  /** Branch, tag or commit of the model on the Hub; null: main. */
  revision: name.nullable().default(null),
  /** How exact the weights are, where the model leaves a choice. */
  precision: z.enum(PRECISIONS).default(ASR_DEFAULTS.precision),
  /** Threads of the model; 0: the backend chooses. */
  threads: z.int().min(0).default(ASR_DEFAULTS.threads),
  /** Seconds of the audio that are skipped. */
  startAt: z.number().min(0).default(ASR_DEFAULTS.startAt),
  /** Offline: texts that the model follows at once; 1: the likeliest token each time. */
  beamSize: z.int().min(1).max(20).default(ASR_DEFAULTS.beamSize),
  /** Offline: temperatures that are tried in order while the text is doubtful; "0,0.2,0.4" or a list. */
  temperature: z.preprocess(numberList, z.array(z.number().min(0).max(2)).min(1).readonly()).default([0]),
  /** One update over all audio. */
  offline: z.boolean().default(false),
  /** The clock stops while the model computes. */
  compUnaware: z.boolean().default(false),
  /** Leaves out what models make up, where the backend says that they do; `compat` believes everything anyway. */
  hallucinationFilter: z.boolean().default(true),
  /** Does as whisper_online.py did, its losses included. */
  compat: z.enum(COMPATS).nullable().default(null),
  /** Seconds of live audio that may wait while an update computes. */
  maxBacklog: z.number().positive().default(ASR_DEFAULTS.maxBacklog),
  /** Samples a second of audio without a header. */
  rawRate: z.int().min(1000).max(384_000).default(ASR_DEFAULTS.rawRate),
  /** Channels of audio without a header. */
  rawChannels: z.int().min(1).max(64).default(ASR_DEFAULTS.rawChannels),
  /** How samples are written in audio without a header. */
  rawEncoding: z.enum(RAW_ENCODINGS).default(ASR_DEFAULTS.rawEncoding),
  /** Quiet speech is not made louder before anything listens to it. */
  keepLevel: z.boolean().default(false),
  /** Listens for voices: only utterances are recognised, and each ends when speech does. */
  vac: z.boolean().default(false),
  /** Seconds of audio in which `vac` listens. */
  vacChunkSize: z.number().positive().default(ASR_DEFAULTS.vacChunkSize),
  /** Leaves out what is not speech before each recognition. */
  vad: z.boolean().default(false),
  /** Probability from which on audio is speech. */
  vadThreshold: z.number().gt(0).max(1).default(ASR_DEFAULTS.vadThreshold),
  /** So many milliseconds of silence end speech. */
  vadMinSilenceMs: z.number().min(0).default(ASR_DEFAULTS.vadMinSilenceMs),
  /** So many milliseconds before and behind speech count as speech. */
  vadSpeechPadMs: z.number().min(0).default(ASR_DEFAULTS.vadSpeechPadMs),
  /** Modules that bring further backends. */
  plugins: z.array(name).default([]),
})

/** "en,cs" as a list. */
function nameList(value: unknown): unknown {
  return typeof value === 'string' ? value.split(',') : value
}

/** "0,0.2" as a list; what is no list of numbers as it is, for the schema to judge. */
function numberList(value: unknown): unknown {
  if (typeof value === 'number') return [value]
  if (typeof value !== 'string') return value
  const numbers = value.split(',').map((part) => (part.trim() === '' ? Number.NaN : Number(part)))
  return numbers.some(Number.isNaN) ? value : numbers
}

/** The configuration of a transcription, complete and checked. Times are seconds. */
export type ASRConfig = Readonly<z.infer<typeof asrConfigSchema>>

/** Values for a configuration, each with its default. */
export interface ASRSettings extends Readonly<Partial<Omit<ASRConfig, 'languages' | 'temperature'>>> {
  /** "en,cs" or a list. */
  readonly languages?: string | readonly string[]
  /** "0,0.2", a number, or a list. */
  readonly temperature?: number | string | readonly number[]
}

/** Names of the configuration's keys. */
export const ASR_CONFIG_KEYS: readonly string[] = Object.keys(asrConfigSchema.shape)

/**
 * Checks a configuration and fills in the defaults. Keys may be written in snake_case; undefined values are absent.
 *
 * @param loaderOptions options of the backend, whose values are then part of the result
 * @param nameOf how messages call a key; the command line calls it by its option
 * @throws UsageError for an unknown key, a value out of range, keys that exclude each other
 * @throws BackendError when the backend's options take a name that is taken
 */
export function parseConfig(
  input: Readonly<Record<string, unknown>>,
  loaderOptions?: LoaderOptions,
  nameOf: (key: string) => string = (key) => key,
): ASRConfig & Record<string, unknown> {
  const loaderSchema = resolveOptions(loaderOptions, ASR_CONFIG_KEYS)
  const known = [...ASR_CONFIG_KEYS, ...Object.keys(loaderSchema.shape)]
  const general: Record<string, unknown> = {}
  const special: Record<string, unknown> = {}
  for (const [written, value] of Object.entries(input)) {
    if (value === undefined) continue
    const key = findKey(written, known)
    if (key === undefined) throw new UsageError(`unknown key "${written}"`, { hint: suggestion(written, known) })
    const part = Object.hasOwn(asrConfigSchema.shape, key) ? general : special
    if (Object.hasOwn(part, key)) throw new UsageError(`${nameOf(key)} is given twice, once as "${written}"`)
    part[key] = value
  }
  const config = withRoom(checked(asrConfigSchema, general, nameOf), general, nameOf)
  refuseClashes(config, nameOf)
  return { ...checked(loaderSchema, special, nameOf), ...config }
}

/**
 * Reads `key=value` pairs for a backend, each as its schema wants it: "8" is a number where a number is expected.
 *
 * @throws UsageError for a pair without "=", and for a key that the backend does not have
 */
export function parseLoaderOptions(
  pairs: readonly string[],
  backend: string,
  loaderOptions?: LoaderOptions,
): Record<string, unknown> {
  const { shape } = resolveOptions(loaderOptions, ASR_CONFIG_KEYS)
  const values: Record<string, unknown> = {}
  for (const pair of pairs) {
    const [, written, text] = /^([^=]+)=(.*)$/s.exec(pair) ?? []
    if (written === undefined || text === undefined) {
      throw new UsageError(`--option "${pair}" gives no value`, { hint: 'write --option key=value' })
    }
    const key = findKey(written, Object.keys(shape))
    if (key === undefined) throw unknownOption(written, backend, shape)
    if (Object.hasOwn(values, key)) throw new UsageError(`--option ${key} is given twice`)
    values[key] = coerced(shape[key] as z.ZodType, text)
  }
  return values
}

function unknownOption(written: string, backend: string, shape: Readonly<Record<string, unknown>>): UsageError {
  const general = findKey(written, ASR_CONFIG_KEYS)
  const known = Object.keys(shape)
  const isNear = known.length === 0 || nearestName(written, known) !== undefined
  const listing = isNear ? '' : `; "asr-stream backends ${backend}" describes them`
  const hint = general === undefined ? `${suggestion(written, known)}${listing}` : `${optionName(general)} sets it`
  return new UsageError(`the backend "${backend}" has no option "${written}"`, { hint })
}

/** The option of the command line for a key: "minChunkSize" is "--min-chunk-size". */
export function optionName(key: string): string {
  if (key === 'hallucinationFilter') return '--no-hallucination-filter'
  if (key === 'plugins') return '--plugin'
  if (!ASR_CONFIG_KEYS.includes(key)) return `--option ${key}`
  return flagOf(key)
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
  if (config.offline && config.compUnaware) {
    throw new UsageError(`${nameOf('offline')} and ${nameOf('compUnaware')} exclude each other`, {
      hint: 'leave one of them out',
    })
  }
  if (config.languages.length > 0 && config.lan !== 'auto') {
    throw new UsageError(`${nameOf('languages')} goes with detection, not with ${nameOf('lan')} ${config.lan}`, {
      hint: 'leave one of them out',
    })
  }
  const searches =
    config.beamSize > 1 ? 'beamSize' : config.temperature.some((value) => value > 0) ? 'temperature' : null
  if (searches !== null && !config.offline) {
    throw new UsageError(`${nameOf(searches)} goes with ${nameOf('offline')} only`, {
      hint: `leave it out, or give ${nameOf('offline')}`,
    })
  }
  if (config.policy !== 'alignatt') return
  for (const other of ['offline', 'compat'] as const) {
    if (config[other] === false || config[other] === null) continue
    throw new UsageError(`${nameOf(other)} goes with the policy local-agreement only`, {
      hint: `leave out ${nameOf(other)}, or the policy`,
    })
  }
}

/** The backlog has room for an update: where it is not given it grows with the update. */
function withRoom(config: ASRConfig, given: object, nameOf: (key: string) => string): ASRConfig {
  const { maxBacklog, minChunkSize } = config
  if (maxBacklog >= minChunkSize) return config
  if (!('maxBacklog' in given)) return { ...config, maxBacklog: minChunkSize }
  throw new UsageError(`${nameOf('maxBacklog')} is less than ${nameOf('minChunkSize')}: no update would have room`, {
    hint: `give at least ${minChunkSize}`,
  })
}
