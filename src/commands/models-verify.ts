import { ModelError } from '../core/errors.js'
import { checkFiles, localModel, localModels } from '../models/inventory.js'
import { megabytes } from '../models/sizes.js'
import { standardOutput } from '../output/writers/line-writer.js'
import { type ModelFlags, modelRequest } from './models-context.js'

/**
 * `asr-stream models verify [NAME]`: compares the checksums of one model or of all.
 * @throws ModelError when a file is damaged, or when the model is not here
 */
export async function verifyModels(name: string | undefined, flags: ModelFlags): Promise<void> {
  const { modelCacheDir, settings } = modelRequest(flags, name)
  const one = name === undefined ? null : await localModel(name, modelCacheDir, settings)
  if (name !== undefined && one === null) {
    throw new ModelError(`model ${name} is not on this machine`, { hint: `run "asr-stream models pull ${name}"` })
  }
  const writer = standardOutput()
  const damaged: string[] = []
  for (const model of one === null ? await localModels(modelCacheDir, settings) : [one]) {
    for (const { path, bytes, whole } of await checkFiles(model, settings)) {
      const state = whole === null ? 'no checksum' : whole ? 'verified' : 'damaged'
      await writer.write(`${model.name} ${path} (${megabytes(bytes)}): ${state}`)
      if (whole === false) damaged.push(`${path} of ${model.name}`)
    }
  }
  if (damaged.length === 0) return
  throw new ModelError(`damaged: ${damaged.join(', ')}`, {
    hint: 'run "asr-stream models pull NAME" to replace damaged files',
  })
}
