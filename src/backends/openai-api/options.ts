import { z } from 'zod'
import { BackendError, UsageError } from '../../core/errors.js'
import { whisperLanguageCode } from '../onnx-whisper/model/languages.js'

const OPENAI_HOST = 'api.openai.com'
const DEFAULT_BASE_URL = `https://${OPENAI_HOST}/v1`
const DEFAULT_KEY_VARIABLE = 'OPENAI_API_KEY'
const DEFAULT_MODEL = 'whisper-1'
/** What `model` is unless it is given; no service has a model of this name. */
const PROGRAM_DEFAULT_MODEL = 'tiny.en'
const ENDPOINT_END = /\/audio\/(transcriptions|translations)$/

/** Options of the backend, set with `--option`. A key is none of them: command lines are seen by others. */
export const openAiApiOptions = z.object({
  baseUrl: z
    .string()
    .trim()
    .min(1)
    .optional()
    .describe('address of the service, as http://localhost:8000/v1 (default: OPENAI_BASE_URL, else OpenAI itself)'),
  keyVariable: z.string().trim().min(1).default(DEFAULT_KEY_VARIABLE).describe('environment variable with the key'),
  apiModel: z
    .string()
    .trim()
    .min(1)
    .optional()
    .describe('what the service calls the model (default: --model where it is given, else whisper-1)'),
  // No more than 300, because the HTTP client waits no longer.
  timeoutSec: z.number().positive().max(300).default(60).describe('seconds until a request is given up'),
  retries: z
    .int()
    .min(0)
    .max(20)
    .default(2)
    .describe('how often a request that failed for a passing reason is sent again'),
  apiTemperature: z
    .number()
    .min(0)
    .max(2)
    .optional()
    .describe('temperature of the search (default: that of --temperature)'),
  sendPrompt: z.boolean().default(true).describe('whether the service is told what was said before the audio'),
  responseFormat: z
    .enum(['verbose_json', 'json'])
    .default('verbose_json')
    .describe('json is for models that know no other: text without times'),
})

/** Options of the backend, set with `--option`. */
export type OpenAiApiOptions = z.infer<typeof openAiApiOptions>

/** Where the requests go, and with what key. */
export interface Service {
  readonly baseUrl: URL
  readonly keyVariable: string
  /** Null: there is none. */
  readonly key: string | null
}

type Environment = Readonly<Record<string, string | undefined>>

/**
 * Reads where the service is, and the key.
 * @throws UsageError when the base URL is none, or has a password in it
 * @throws BackendError when the key has characters that cannot be sent
 */
export function serviceOf(options: Partial<OpenAiApiOptions>, environment: Environment): Service {
  const { keyVariable = DEFAULT_KEY_VARIABLE } = options
  const key = environment[keyVariable]?.trim() || null
  // The HTTP client would repeat such a key in its error.
  if (key !== null && !/^[\x21-\x7e]+$/.test(key)) {
    throw new BackendError(`the key in ${keyVariable} has characters that are not allowed in a key`, {
      hint: 'copy it again, in one line and without quotes',
    })
  }
  const fromEnvironment = environment.OPENAI_BASE_URL?.trim()
  return { baseUrl: parseBaseUrl(options.baseUrl ?? (fromEnvironment || DEFAULT_BASE_URL)), keyVariable, key }
}

/** Whether the service answers nobody without a key. */
export function needsKey({ baseUrl }: Service): boolean {
  return baseUrl.hostname === OPENAI_HOST
}

/** What goes with every request: the key where there is one. */
export function headersFor({ key }: Service): Record<string, string> {
  return { accept: 'application/json', ...(key === null ? {} : { authorization: `Bearer ${key}` }) }
}

/** The address of a task, or of the list of models; what stands after "?" in the base URL stays there. */
export function endpoint({ baseUrl }: Service, task: 'transcriptions' | 'translations' | 'models'): URL {
  const url = new URL(baseUrl)
  url.pathname = `${baseUrl.pathname.replace(/\/+$/, '')}/${task === 'models' ? task : `audio/${task}`}`
  return url
}

/** What the service calls the model that is wanted. */
export function modelOf({ apiModel }: Partial<OpenAiApiOptions>, model: string): string {
  return apiModel ?? (model === PROGRAM_DEFAULT_MODEL ? DEFAULT_MODEL : model)
}

/**
 * The code of a language that is given by code, by its English name, or by its own where Whisper knows it.
 * @returns null for "auto"
 * @throws UsageError when it is neither
 */
export function languageCode(language: string): string | null {
  const wanted = language.toLowerCase()
  if (wanted === 'auto') return null
  if (/^[a-z]{2,3}$/.test(wanted)) return wanted
  const known = whisperLanguageCode(wanted)
  if (known !== undefined) return known
  const letters = [...'abcdefghijklmnopqrstuvwxyz']
  const names = new Intl.DisplayNames('en', { type: 'language' })
  const codes = letters.flatMap((first) => letters.map((second) => first + second))
  const code = codes.find((one) => names.of(one)?.toLowerCase() === wanted)
  if (code !== undefined) return code
  throw new UsageError(`unknown language "${language}"`, {
    hint: 'give its code, such as "de", or "auto"',
    code: 'ASR_LANGUAGE_UNKNOWN',
    details: { language },
  })
}

function parseBaseUrl(text: string): URL {
  if (!URL.canParse(text) || !/^https?:$/.test(new URL(text).protocol)) {
    throw new UsageError(`the base URL "${withoutPassword(text)}" is not a valid web address`, {
      hint: 'write it as https://host/v1 or http://localhost:8000/v1',
    })
  }
  const url = new URL(text)
  if (url.username !== '' || url.password !== '') {
    throw new UsageError(`the base URL of ${url.host} has a name or password in it`, {
      hint: 'give the key in the environment instead',
    })
  }
  url.pathname = url.pathname.replace(/\/+$/, '').replace(ENDPOINT_END, '')
  return url
}

const withoutPassword = (text: string) => text.replace(/\/\/[^/]*@/, '//')
