import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { ASRConfig } from '../config/config.js'
import { isInnerPath } from './foreign.js'
import { isThere } from './store.js'

/** The folder of the model that comes with this package. */
export const EMBEDDED_MODEL_FOLDER = fileURLToPath(new URL('../../models/whisper-tiny.en/', import.meta.url))
/** The name of that model. */
export const EMBEDDED_MODEL_NAME = 'tiny.en'

/** Whether a configuration names the model that comes with this package, for the backend that reads it. */
export async function isEmbedded({ backend, model, modelDir, modelCacheDir }: ASRConfig): Promise<boolean> {
  if (backend !== 'onnx-whisper' || modelDir !== null) return false
  return (await findLocalModel(model, modelCacheDir)) === EMBEDDED_MODEL_FOLDER
}

/**
 * The folder of a model that lies somewhere by its name: in `cacheDir`, or in this package; null when there is none. A name
 * is no way out of `cacheDir`: names come over the network as well.
 * @param cacheDir folder in which models lie by name, such as "base.en", "whisper-base.en" or "owner/name"
 */
export async function findLocalModel(name: string, cacheDir: string | null): Promise<string | null> {
  if (cacheDir !== null && isInnerPath(name)) {
    for (const folder of [join(cacheDir, name), join(cacheDir, `whisper-${name}`)]) {
      if (await isThere(folder)) return folder
    }
  }
  return name === EMBEDDED_MODEL_NAME ? EMBEDDED_MODEL_FOLDER : null
}
