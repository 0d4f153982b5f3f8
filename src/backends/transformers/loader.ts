import { basename } from 'node:path'
import { z } from 'zod'
import { BackendError, ModelError } from '../../core/errors.js'
import type { ModelLoader } from '../contract.js'
import { whisperLanguageCode } from '../onnx-whisper/model/languages.js'
import { findLibrary } from './library.js'
import type { PipelineFacts, PipelineSource } from './messages.js'
import { hubId, type SourceConfig, sourceOf } from './model-source.js'
import { PipelineASR } from './pipeline-asr.js'
import { type PipelineOptions, PipelineWorker } from './worker-client.js'

const transformersOptions = z.object({
  dtype: z
    .enum(['fp32', 'fp16', 'q8', 'q4'])
    .optional()
    .describe('quantization of the model (default: that of --precision)'),
  device: z.enum(['cpu', 'cuda', 'dml', 'webgpu', 'coreml']).default('cpu').describe('what computes'),
})

/** Options of this backend alone. */
export type TransformersOptions = z.infer<typeof transformersOptions>

/** Any model for speech of the Hub that @huggingface/transformers runs. */
export const transformersLoader: ModelLoader<TransformersOptions> = {
  description: 'any speech model of the Hugging Face Hub in ONNX: Whisper, Moonshine, Wav2Vec2, HuBERT',
  options: transformersOptions,
  capabilities: {
    wordTimes: 'words',
    prompts: false,
    languages: 'model',
    translation: true,
    streaming: false,
    hallucinates: true,
  },
  ignores: ['workers', 'fast', 'beamSize', 'temperature'],
  async availability() {
    const found = findLibrary()
    return 'file' in found ? { available: true } : found
  },
  async load(config, { log, progress, signal }) {
    if (config.languages.length > 0) {
      log.warn('transformers cannot limit detection to some languages: --languages has no effect')
    }
    const source = await sourceOf(config as unknown as SourceConfig)
    progress(`loading ${source.model}`)
    const { worker, facts } = await loadWorker({ source, progress, log }, signal)
    try {
      const language = config.lan === 'auto' ? null : (whisperLanguageCode(config.lan) ?? config.lan)
      const asr = new PipelineASR(worker, facts, { language, task: config.task }, log)
      if (!facts.hasWordTimes) log.warn(coarseWarning(facts))
      const modelSize = config.modelDir === null ? hubId(config.model) : basename(source.model)
      return { asr, metadata: { separator: asr.sep, modelType: facts.modelType, modelSize, language } }
    } catch (error) {
      await worker.close()
      throw error
    }
  },
}

async function loadWorker(options: PipelineOptions, signal: AbortSignal | undefined) {
  try {
    return await PipelineWorker.load(options, signal)
  } catch (cause) {
    if (!(cause instanceof BackendError)) throw cause
    const { source } = options
    throw new ModelError(`the model ${source.model} cannot be loaded: ${cause.message}`, {
      hint: source.isLocal ? 'the folder must have the layout of the Hub' : hubHint(source, cause.message),
      cause,
    })
  }
}

function hubHint({ offline, cacheDir }: PipelineSource, reason: string): string {
  if (offline) return `downloads are off, and ${cacheDir} does not have it: allow them, or give --model-dir`
  if (/unauthorized|forbidden|not locate/i.test(reason)) {
    return 'check the name; for a model that is not public, set HF_TOKEN'
  }
  return 'check the connection, or give a folder with --model-dir'
}

function coarseWarning({ modelType, family }: PipelineFacts): string {
  return family === 'whisper'
    ? 'times of words are coarse: this Whisper model has no cross attentions; one whose name ends in _timestamped has'
    : `times of words are coarse: a ${modelType} model gives text only`
}
