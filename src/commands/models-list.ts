import { checkFiles, type LocalModel, localModels } from '../models/inventory.js'
import { MODEL_NAMES } from '../models/names.js'
import { megabytes } from '../models/sizes.js'
import { standardOutput } from '../output/writers/line-writer.js'
import { type ModelFlags, modelRequest } from './models-context.js'

/** `asr-stream models list`: what is on this machine with sizes, whether checksums hold, and what is available to download. */
export async function listModels(flags: ModelFlags): Promise<void> {
  const { modelCacheDir, settings } = modelRequest(flags)
  const writer = standardOutput()
  const check = async (model: LocalModel) => {
    const files = await checkFiles(model, settings)
    const bytes = files.reduce((sum, file) => sum + file.bytes, 0)
    const damaged = files.filter(({ whole }) => whole === false).map(({ path }) => path)
    return { ...model, bytes, damaged, checked: files.some(({ whole }) => whole !== null) }
  }
  const models = await Promise.all((await localModels(modelCacheDir, settings)).map(check))
  if (flags.json) return writer.write(JSON.stringify({ models, names: MODEL_NAMES }, null, 2))
  for (const { name, origin, repository, commit, layout, precisions, bytes, damaged, checked } of models) {
    const where = repository === null ? origin : `${repository}@${commit?.slice(0, 8)}`
    const state = damaged.length > 0 ? `damaged: ${damaged.join(', ')}` : checked ? 'verified' : 'no checksums'
    await writer.write(`${name} (${where}): ${megabytes(bytes)}, ${[layout, ...precisions].join(' ')}, ${state}`)
  }
  const others = MODEL_NAMES.filter((name) => !models.some((model) => model.name === name))
  await writer.write(`available to download: ${others.join(', ')}, and any owner/name of the Hugging Face Hub`)
}
