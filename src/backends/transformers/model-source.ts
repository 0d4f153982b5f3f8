import { readdir, stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { ASRConfig } from '../../config/config.js'
import { BackendError, ModelError, UsageError } from '../../core/errors.js'
import { homeFolder } from '../../models/home.js'
import { EMBEDDED_MODEL_NAME } from '../../models/local.js'
import { repositoryOf } from '../../models/names.js'
import { findLibrary } from './library.js'
import type { PipelineSource } from './messages.js'

/** Weights in the order in which they are looked for in a folder, and how their files end. */
const SUFFIXES = { q8: '_quantized', fp32: '', fp16: '_fp16', q4: '_q4' } as const
/** The model that is included, as the Hub has it for this library. */
const EMBEDDED_ON_HUB = 'onnx-community/whisper-tiny.en_timestamped'
const HUB = 'https://huggingface.co/'

/** What of the configuration says which model is meant; the last three may be absent. */
export type SourceConfig = Pick<ASRConfig, 'model' | 'modelDir' | 'modelCacheDir' | 'threads'> &
  Readonly<Record<'dtype' | 'device' | 'precision' | 'revision' | 'offlineModels', unknown>>

/**
 * Where a model comes from.
 *
 * @throws BackendError when the library cannot be used
 * @throws UsageError when the model's name is neither one that is known nor an id of the Hub
 * @throws ModelError when the folder holds no model
 */
export async function sourceOf(config: SourceConfig): Promise<PipelineSource> {
  const library = findLibrary()
  if (!('file' in library)) {
    throw new BackendError(library.reason, library.install === undefined ? {} : { hint: library.install })
  }
  const { model, modelDir, threads } = config
  const [dtype, preferred] = [textOr(config.dtype, ''), textOr(config.precision, 'q8')]
  const folder = modelDir === null ? null : resolve(modelDir)
  return {
    library: library.file,
    model: folder ?? hubId(model),
    isLocal: folder !== null,
    offline: config.offlineModels === true || /^(1|true|yes|on)$/i.test(process.env.HF_HUB_OFFLINE ?? ''),
    cacheDir: resolve(config.modelCacheDir ?? defaultCacheDir()),
    host: process.env.HF_ENDPOINT || HUB,
    revision: textOr(config.revision, 'main'),
    dtype: folder === null ? dtype || preferred : await dtypeOf(folder, dtype, preferred),
    device: textOr(config.device, 'cpu'),
    threads,
  }
}

function textOr(value: unknown, otherwise: string): string {
  return typeof value === 'string' && value !== '' ? value : otherwise
}

/**
 * The id of a model on the Hub: short names stand for the same models as in `asr-stream models`.
 * @throws UsageError for a name that stands for nothing
 */
export function hubId(name: string): string {
  if (name === EMBEDDED_MODEL_NAME) return EMBEDDED_ON_HUB
  try {
    return repositoryOf(name)
  } catch (cause) {
    if (!(cause instanceof ModelError)) throw cause
    throw new UsageError(cause.message, { hint: cause.hint ?? 'see asr-stream models', cause })
  }
}

/** Where downloaded models are kept unless one says otherwise: the library would keep them among the installed packages. */
function defaultCacheDir(): string {
  const base = process.platform === 'win32' ? process.env.LOCALAPPDATA : process.env.XDG_CACHE_HOME
  return join(base || join(homeFolder(), '.cache'), 'asr-stream', 'transformers')
}

/** The weights to use of a folder: those that are asked for, else those that are preferred, or the first that are there. */
async function dtypeOf(folder: string, asked: string, preferred: string): Promise<string> {
  const isModel = await stat(join(folder, 'config.json')).catch(() => null)
  const hint = 'it needs config.json, tokenizer.json, preprocessor_config.json and onnx/*.onnx, as on the Hub'
  if (!isModel) throw new ModelError(`${folder} is not a model of transformers.js: it has no config.json`, { hint })
  const files = await readdir(join(folder, 'onnx')).catch((): string[] => [])
  const there = Object.entries(SUFFIXES)
    .filter(([, suffix]) => ['model', 'encoder_model'].some((name) => files.includes(`${name}${suffix}.onnx`)))
    .map(([dtype]) => dtype)
  if (there.length === 0) throw new ModelError(`${folder} has no weights in onnx/`, { hint })
  if (asked !== '' && !there.includes(asked)) {
    throw new ModelError(`${folder} has no weights of the kind ${asked}`, { hint: `it has ${there.join(', ')}` })
  }
  if (asked !== '') return asked
  return there.includes(preferred) ? preferred : there[0]!
}
