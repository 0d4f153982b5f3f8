import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { ModelError, messageOf } from '../core/errors.js'
import { sha256Of } from './checksums.js'
import { chooseFiles, type Layout, type ModelFiles, type Precision, precisionsOf } from './files.js'
import { EMBEDDED_MODEL_FOLDER, EMBEDDED_MODEL_NAME, findLocalModel } from './local.js'
import { nameOf, repositoryOf } from './names.js'
import type { HubSettings } from './settings.js'
import { filesOf, ModelStore, type Snapshot } from './store.js'

/** A model on this machine. */
export interface LocalModel {
  /** What `--model` calls it. */
  readonly name: string
  /** Null for the embedded model and for folders. */
  readonly repository: string | null
  readonly commit: string | null
  readonly origin: 'embedded' | 'folder' | 'cache'
  readonly folder: string
  readonly layout: Layout
  /** Empty for the fast layout. */
  readonly precisions: readonly Precision[]
  /** Relative paths of the files that make it, in all precisions. */
  readonly paths: readonly string[]
}

/** What a file of a model is like. */
export interface FileState {
  readonly path: string
  readonly bytes: number
  /** Whether its checksum holds; null where none is known. */
  readonly whole: boolean | null
}

/** All models on this machine: the embedded one, those that lie by name, those of the cache. */
export async function localModels(
  modelCacheDir: string | null,
  { cacheDir }: HubSettings,
): Promise<readonly LocalModel[]> {
  const embedded = await folderModel(EMBEDDED_MODEL_NAME, EMBEDDED_MODEL_FOLDER, 'embedded')
  const names = modelCacheDir === null ? [] : await readdir(modelCacheDir).catch(() => [])
  const byName = await Promise.all(names.sort().map((name) => folderModel(name, join(modelCacheDir!, name), 'folder')))
  const store = new ModelStore(cacheDir)
  const cached: LocalModel[] = []
  for (const repository of await store.repositories()) {
    for (const commit of await store.commits(repository)) {
      const snapshot = await store.snapshot(repository, commit)
      const model = snapshot && cachedModel(snapshot)
      if (model) cached.push(model)
    }
  }
  return [embedded, ...byName].filter((model) => model !== null).concat(cached)
}

/**
 * The model that a name stands for on this machine, in the revision of the settings; null when it is not here.
 * @throws ModelError for a name that stands for nothing
 */
export async function localModel(
  name: string,
  modelCacheDir: string | null,
  { cacheDir, revision }: HubSettings,
): Promise<LocalModel | null> {
  const folder = await findLocalModel(name, modelCacheDir)
  if (folder !== null) return folderModel(name, folder, folder === EMBEDDED_MODEL_FOLDER ? 'embedded' : 'folder')
  const snapshot = await new ModelStore(cacheDir).snapshot(repositoryOf(name), revision)
  return snapshot && cachedModel(snapshot)
}

/**
 * Sizes and checksums of the files of a model.
 * @throws ModelError when the manifest of a folder cannot be read
 */
export async function checkFiles(model: LocalModel, { cacheDir }: HubSettings): Promise<readonly FileState[]> {
  const { repository, commit, folder, layout, paths } = model
  const expected = repository === null && layout === 'fast' ? await manifestOf(folder) : {}
  const states: FileState[] = []
  for (const path of paths) {
    const { size: bytes } = await stat(join(folder, path))
    const snapshot = repository !== null && commit !== null ? { repository, commit, folder, paths } : null
    const sum = expected[path]?.sha256
    const known = sum === undefined ? null : (await sha256Of(join(folder, path))) === sum
    states.push({ path, bytes, whole: snapshot ? await new ModelStore(cacheDir).isWhole(snapshot, path) : known })
  }
  return states
}

function cachedModel({ repository, commit, folder, paths }: Snapshot): LocalModel | null {
  const model = modelOf(paths)
  return model && { name: nameOf(repository) ?? repository, repository, commit, origin: 'cache', folder, ...model }
}

async function folderModel(name: string, folder: string, origin: 'embedded' | 'folder'): Promise<LocalModel | null> {
  const model = modelOf(await filesOf(folder))
  return model && { name, repository: null, commit: null, origin, folder, ...model }
}

function modelOf(all: readonly string[]): Pick<LocalModel, 'layout' | 'precisions' | 'paths'> | null {
  const precisions = precisionsOf(all)
  const choices = (precisions.length === 0 ? (['q8'] as const) : precisions).map((one) => chooseFiles(all, one))
  const found = choices.filter((files): files is ModelFiles => files !== null)
  if (!found[0]) return null
  return { layout: found[0].layout, precisions, paths: [...new Set(found.flatMap(({ paths }) => paths))] }
}

const manifestSchema = z.object({ files: z.record(z.string(), z.object({ sha256: z.string() })) })

async function manifestOf(folder: string): Promise<z.infer<typeof manifestSchema>['files']> {
  const path = join(folder, 'asr-stream.json')
  try {
    return manifestSchema.parse(JSON.parse(await readFile(path, 'utf8'))).files
  } catch (cause) {
    throw new ModelError(`${path} is damaged: ${messageOf(cause)}`, { hint: 'convert the model again', cause })
  }
}
