import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { ModelError, messageOf } from '../core/errors.js'
import { chooseFiles, type Layout, type Precision } from './files.js'
import type { HubContext } from './hub.js'
import { localModel } from './inventory.js'
import { repositoryOf } from './names.js'
import type { ModelRequest } from './resolve-model.js'
import type { HubSettings } from './settings.js'

/** What a name stands for. */
export interface ModelDescription {
  readonly name: string
  /** Null for the embedded model and for folders. */
  readonly repository: string | null
  readonly commit: string | null
  readonly layout: Layout
  /** Null for the fast layout, which has one only. */
  readonly precision: Precision | null
  /** Codes; "many" where the model does not list them. */
  readonly languages: readonly string[] | 'many'
  readonly files: readonly { readonly path: string; readonly bytes: number }[]
  /** Where it is on this machine; null when it is not. */
  readonly folder: string | null
}

/**
 * Says what a name stands for: as it is on the Hub, or on this machine where it comes from there or the network is
 * forbidden.
 *
 * @throws ModelError when that cannot be known
 */
export async function describeName(
  { model: name, modelCacheDir, precision }: ModelRequest,
  settings: HubSettings,
  context: HubContext,
): Promise<ModelDescription> {
  const local = await localModel(name, modelCacheDir, settings)
  const here = { name, repository: local?.repository ?? null, commit: local?.commit ?? null }
  if (local !== null && (local.origin !== 'cache' || settings.offline)) {
    const { paths, ...choice } = chooseFiles(local.paths, precision)!
    const sized = paths.map(async (path) => ({ path, bytes: (await stat(join(local.folder, path))).size }))
    const text = await readFile(join(local.folder, aboutLanguages(choice.layout)), 'utf8')
    return { ...here, ...choice, files: await Promise.all(sized), languages: languagesIn(text), folder: local.folder }
  }
  const repository = repositoryOf(name)
  if (settings.offline) {
    throw new ModelError(`model ${name} (${repository}) is not on this machine, and downloading is turned off`, {
      hint: 'leave out --offline-models and HF_HUB_OFFLINE',
    })
  }
  const { describeModel, fetchText } = await import('./fetch-model.js')
  const { remote, files } = await describeModel({ name, repository, precision, settings }, context)
  const { paths, ...choice } = files
  const sized = remote.files.filter(({ path }) => paths.includes(path)).map(({ path, bytes }) => ({ path, bytes }))
  const about = remote.files.find(({ path }) => path === aboutLanguages(choice.layout))!
  const languages = languagesIn(await fetchText({ name, repository, precision, settings }, remote, about, context))
  const folder = local?.commit === remote.commit ? local.folder : null
  return { name, repository, commit: remote.commit, ...choice, files: sized, languages, folder }
}

function aboutLanguages(layout: Layout): string {
  return layout === 'fast' ? 'asr-stream.json' : 'generation_config.json'
}

const languagesSchema = z.object({
  multilingual: z.boolean().optional(),
  is_multilingual: z.boolean().optional(),
  lang_to_id: z.record(z.string(), z.number()).nullish(),
})

/** @throws ModelError when the text is not such a file */
function languagesIn(text: string): ModelDescription['languages'] {
  const { multilingual, is_multilingual, lang_to_id } = readLanguages(text)
  if ((multilingual ?? is_multilingual) === false) return ['en']
  return lang_to_id ? Object.keys(lang_to_id).map((token) => token.replace(/^<\|(.*)\|>$/, '$1')) : 'many'
}

function readLanguages(text: string): z.infer<typeof languagesSchema> {
  try {
    return languagesSchema.parse(JSON.parse(text))
  } catch (cause) {
    throw new ModelError(`the languages of the model cannot be read: ${messageOf(cause)}`, { cause })
  }
}
