import type { ASRConfig } from '../config/config.js'
import { ModelError } from '../core/errors.js'
import { chooseFiles, type Layout, type ModelFiles, missingFiles, type Precision } from './files.js'
import type { HubContext } from './hub.js'
import { findLocalModel } from './local.js'
import { repositoryOf } from './names.js'
import { type HubSettings, hubSettings } from './settings.js'
import { filesOf, ModelStore, type Snapshot } from './store.js'

/** What is wanted unless another is asked for. */
const STANDARD_PRECISION: Precision = 'q8'

/** Which model is wanted, and where from. */
export type ModelRequest = Pick<
  ASRConfig,
  'model' | 'modelDir' | 'modelCacheDir' | 'offlineModels' | 'revision' | 'precision'
>

/** A model on this machine. */
export interface ResolvedModel {
  readonly folder: string
  /** Null when the folder holds no model that is known here; who reads it says what is wrong with it. */
  readonly layout: Layout | null
  /** The one that is there; null where the layout has one only. */
  readonly precision: Precision | null
}

/** A model in the cache. */
export interface CachedModel {
  readonly snapshot: Snapshot
  readonly files: ModelFiles
  /** Whether the Hub has nothing that is nearer to what is wanted. */
  readonly isBest: boolean
}

/**
 * Finds a model, and downloads it where it is not here: the folder that is given, else a folder of that name, else the
 * embedded model, else the cache, else the Hub.
 *
 * @throws ModelError when it is not here and cannot be had; the signal's reason when aborted
 * @throws UsageError when the address of the Hub is none
 */
export async function resolveModel(
  request: ModelRequest,
  context: HubContext,
  settings: HubSettings = hubSettings(request),
): Promise<ResolvedModel> {
  const { model, modelDir, modelCacheDir, precision, revision } = request
  const named = modelDir === null ? await findLocalModel(model, modelCacheDir) : null
  if (named !== null && revision !== null) {
    context.log.warn(`--revision has no effect: model ${model} is not taken from the Hub, but from ${named}`)
  }
  const folder = modelDir ?? named
  if (folder !== null) return provided(folder, chooseFiles(await filesOf(folder), precision), request, context)
  const repository = repositoryOf(model)
  const store = new ModelStore(settings.cacheDir)
  const cached = await wholeModel(
    store,
    await cachedModel(store, repository, settings.revision, precision),
    settings,
    context,
  )
  if (cached !== null && (cached.isBest || settings.offline)) {
    return provided(cached.snapshot.folder, cached.files, request, context)
  }
  if (settings.offline) throw notHere(request, repository, settings)
  const { fetchModel } = await import('./fetch-model.js')
  const commit = await fetchModel({ name: model, repository, precision, settings }, context)
  const fetched = await cachedModel(store, repository, commit, precision)
  if (fetched === null) throw new ModelError(`model ${repository} has disappeared from ${settings.cacheDir}`)
  return provided(fetched.snapshot.folder, fetched.files, request, context)
}

/** What the cache has of a model that can be run; null when that is not all. */
export async function cachedModel(
  store: ModelStore,
  repository: string,
  revision: string,
  precision: Precision,
): Promise<CachedModel | null> {
  const snapshot = await store.snapshot(repository, revision)
  const files = snapshot && chooseFiles(snapshot.paths, precision)
  if (!snapshot || !files) return null
  const isExact = files.precision === null || files.precision === precision
  const absences = await Promise.all(
    missingFiles(snapshot.paths, precision).map((path) => store.isAbsent(snapshot, path)),
  )
  return { snapshot, files, isBest: isExact || absences.includes(true) }
}

/** The model if its checksums hold; else its damaged files are taken out, to be had again. */
async function wholeModel(
  store: ModelStore,
  cached: CachedModel | null,
  { offline }: HubSettings,
  { log }: HubContext,
): Promise<CachedModel | null> {
  if (cached === null) return null
  const { snapshot, files } = cached
  const damaged: string[] = []
  for (const path of files.paths) if ((await store.isWhole(snapshot, path)) === false) damaged.push(path)
  if (damaged.length === 0) return cached
  const message = `model ${snapshot.repository} in ${snapshot.folder}: ${damaged.join(', ')} is damaged`
  if (offline) {
    throw new ModelError(`${message}: the checksum does not match`, {
      hint: 'to download it again, leave out --offline-models and HF_HUB_OFFLINE',
    })
  }
  log.warn(`${message}; downloading it again`)
  for (const path of damaged) await store.remove(snapshot, path)
  return null
}

function provided(
  folder: string,
  files: ModelFiles | null,
  { model, modelDir, precision: wanted }: ModelRequest,
  { log }: HubContext,
): ResolvedModel {
  const { layout = null, precision = null } = files ?? {}
  if (layout === 'fast' && wanted !== STANDARD_PRECISION) {
    log.warn(`--precision ${wanted} has no effect: ${modelDir ?? `model ${model}`} comes in one precision only`)
  }
  if (precision !== null && precision !== wanted) {
    const say = modelDir === null ? log.warn : log.info
    say(`${modelDir ?? `model ${model}`} has no precision ${wanted}; taking ${precision}`)
  }
  return { folder, layout, precision }
}

function notHere({ model }: ModelRequest, repository: string, settings: HubSettings): ModelError {
  const which = model === repository ? model : `${model} (${repository})`
  return new ModelError(
    `model ${which} is not in ${settings.cacheDir}, and --offline-models or HF_HUB_OFFLINE forbids downloading it`,
    { hint: `run "asr-stream models pull ${model}" with a network; docs/models.md says how to bring it by hand` },
  )
}
