import { ModelError } from '../core/errors.js'
import { findLocalModel } from '../models/local.js'
import { repositoryOf } from '../models/names.js'
import { resolveModel } from '../models/resolve-model.js'
import { standardOutput } from '../output/writers/line-writer.js'
import { type ModelFlags, modelRequest, withProgress } from './models-context.js'

/** `asr-stream models pull NAME`: downloads what is missing or new of a model, and prints the folder that it is in. */
export async function pullModel(name: string, flags: ModelFlags, signal: AbortSignal): Promise<void> {
  const request = modelRequest(flags, name)
  const { settings, precision, modelCacheDir } = request
  const folder = await withProgress(flags, signal, async (context) => {
    if ((await findLocalModel(name, modelCacheDir)) === null) {
      const repository = repositoryOf(name)
      if (settings.offline) {
        throw new ModelError(`model ${name} cannot be downloaded: --offline-models or HF_HUB_OFFLINE forbids it`, {
          hint: 'leave that out',
        })
      }
      const { fetchModel } = await import('../models/fetch-model.js')
      await fetchModel({ name, repository, precision, settings }, context)
    }
    return (await resolveModel(request, context, settings)).folder
  })
  // A path for the shell: as it is.
  await standardOutput().append(`${folder}\n`)
}
