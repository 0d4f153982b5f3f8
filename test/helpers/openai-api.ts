import { OpenAiApiASR, type OpenAiApiSettings } from '../../src/backends/openai-api/openai-api-asr.js'
import { serviceOf } from '../../src/backends/openai-api/options.js'
import type { Log, Word } from '../../src/core/types.js'
import { KEY } from './transcription-service.js'

/** A recognizer, what it said, and the pauses that it made without waiting. */
export interface Recognizer {
  readonly asr: OpenAiApiASR
  readonly said: { readonly info: string[]; readonly warn: string[] }
  readonly pauses: number[]
  /** Recognizes so many seconds of a tone. */
  hear(
    seconds?: number,
    options?: { readonly prompt?: string; readonly signal?: AbortSignal },
  ): Promise<readonly Word[]>
}

/** A recognizer that asks the service at this address, with the right key unless another is given. */
export function recognizer(
  baseUrl: string,
  { key = KEY, ...settings }: Partial<OpenAiApiSettings> & { readonly key?: string | null } = {},
): Recognizer {
  const said = { info: [] as string[], warn: [] as string[] }
  const log: Log = {
    error() {},
    warn: (text) => void said.warn.push(text),
    info: (text) => void said.info.push(text),
    debug() {},
  }
  const pauses: number[] = []
  const clock = {
    async sleep(seconds: number, signal?: AbortSignal) {
      signal?.throwIfAborted()
      pauses.push(seconds)
    },
  }
  const asr = new OpenAiApiASR({
    service: serviceOf({ baseUrl }, key === null ? {} : { OPENAI_API_KEY: key }),
    ...{ model: 'whisper-1', language: null, temperature: 0, timeoutSec: 30, retries: 2, sendPrompt: true },
    ...{ responseFormat: 'verbose_json', log, chance: { clock, random: () => 0 } },
    ...settings,
  })
  const hear: Recognizer['hear'] = async (seconds = 8, { prompt = '', signal } = {}) =>
    asr.tsWords(await asr.transcribe(tone(seconds), { prompt, ...(signal ? { signal } : {}) }))
  return { asr, said, pauses, hear }
}

/** A tone of 440 Hz. */
export function tone(seconds: number): Float32Array {
  return Float32Array.from(
    { length: Math.round(seconds * 16_000) },
    (_, i) => 0.3 * Math.sin((2 * Math.PI * 440 * i) / 16_000),
  )
}
