import { messageOf } from '../../core/errors.js'
import type { ModelLoader } from '../contract.js'
import { OpenAiApiASR } from './openai-api-asr.js'
import {
  languageCode,
  modelOf,
  needsKey,
  type OpenAiApiOptions,
  openAiApiOptions,
  type Service,
  serviceOf,
} from './options.js'

/** A service with OpenAI's interface for transcriptions: OpenAI itself, or any server that speaks like it. */
export const openAiApiLoader: ModelLoader<OpenAiApiOptions> = {
  description: "a transcription service with OpenAI's interface; audio leaves this machine",
  options: openAiApiOptions,
  capabilities: {
    wordTimes: 'words',
    prompts: true,
    languages: 'model',
    translation: true,
    streaming: false,
    hallucinates: true,
  },
  ignores: [
    ...(['modelDir', 'modelCacheDir', 'offlineModels', 'revision', 'precision', 'threads', 'workers'] as const),
    ...(['fast', 'beamSize'] as const),
  ],
  async availability(config) {
    let service: Service
    try {
      service = serviceOf(config ?? {}, process.env)
    } catch (error) {
      // With a configuration `load` says it, with what to do.
      return config ? { available: true } : { available: false, reason: messageOf(error) }
    }
    if (service.key !== null || !needsKey(service)) return { available: true }
    const { keyVariable } = service
    return {
      available: false,
      reason: `${keyVariable} is not set, and OpenAI wants a key`,
      install: `export ${keyVariable}=your-key`,
    }
  },
  async load({ model, lan, languages, temperature, ...options }, { log }) {
    if (languages.length > 0) log.warn('openai-api cannot limit detection to some languages: --languages has no effect')
    const service = serviceOf(options, process.env)
    const language = languageCode(lan)
    const name = modelOf(options, model)
    const { timeoutSec, retries, sendPrompt, responseFormat, apiTemperature = temperature?.[0] ?? 0 } = options
    const asr = new OpenAiApiASR({
      service,
      model: name,
      language,
      temperature: apiTemperature,
      ...{ timeoutSec, retries, sendPrompt, responseFormat, log },
    })
    return { asr, metadata: { separator: asr.sep, modelType: 'openai-api', modelSize: name, language } }
  },
}
