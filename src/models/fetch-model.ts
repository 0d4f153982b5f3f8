import { text as textOf } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import { ModelError } from '../core/errors.js'
import { digestLike } from './checksums.js'
import { download } from './download.js'
import { asModelError, DamagedError, isPassing, type Wanted } from './failures.js'
import { chooseFiles, type ModelFiles, missingFiles, type Precision } from './files.js'
import { Hub, type HubContext, type RemoteFile, type RemoteModel } from './hub.js'
import { withRetries } from './retry.js'
import type { HubSettings } from './settings.js'
import { megabytes } from './sizes.js'
import { isThere, ModelStore } from './store.js'

/** Descriptions are smaller. */
const MAX_TEXT_BYTES = 2 ** 24
/** A connection that brought less than this has brought the download no further. */
const MIN_PROGRESS_BYTES = 2 ** 16
/** How often who waits for somebody else's download looks whether it still wants to. */
const LOOK_MS = 200
/** Files that are being fetched by this process; whoever wants one of them as well waits for it. */
const underway = new Map<string, Promise<void>>()

/** What is fetched. */
export interface FetchRequest {
  /** What the user calls it. */
  readonly name: string
  readonly repository: string
  readonly precision: Precision
  readonly settings: HubSettings
}

/** What the Hub has, and which files of it make the model. */
export interface RemoteChoice {
  readonly remote: RemoteModel
  readonly files: ModelFiles
}

/**
 * Asks the Hub which files make a model.
 * @throws ModelError when it cannot be asked, or when the repository holds no model that this program runs
 */
export async function describeModel(request: FetchRequest, context: HubContext): Promise<RemoteChoice> {
  const { repository, precision, settings } = request
  const hub = new Hub(settings, context.signal)
  const wanted = { repository, url: `${settings.endpoint}/${repository}`, byHand: byHand(request, null) }
  const remote = await stubbornly(() => hub.describe(repository), wanted, settings, context)
  const paths = remote.files.map(({ path }) => path)
  const files = chooseFiles(paths, precision)
  if (files !== null) return { remote, files }
  throw new ModelError(
    `model ${repository} at ${settings.endpoint} is not in a layout that can be run: it has no ${missingFiles(paths, precision).join(', ')}`,
    { hint: 'convert its checkpoint with "asr-stream models convert", or choose a repository for transformers.js' },
  )
}

/**
 * Downloads what is missing of a model into the cache and puts its files together there.
 * @returns the commit that the revision is at
 * @throws ModelError when a file cannot be had; the signal's reason when aborted
 */
export async function fetchModel(request: FetchRequest, context: HubContext): Promise<string> {
  const { repository, precision, settings } = request
  const { remote, files } = await describeModel(request, context)
  const store = new ModelStore(settings.cacheDir)
  const parts = files.paths.map((path) => remote.files.find((file) => file.path === path)!)
  const progress = progressOf(request, parts, context)
  try {
    for (const file of parts) await fetchFile(request, remote, file, store, progress, context)
    // All are there: only now does the revision get its files, so that a part of them is never taken for a model.
    for (const { path, digest } of parts) await store.link(repository, remote.commit, path, digest)
    const absent = files.precision === precision ? [] : missingFiles(files.paths, precision)
    if (files.precision !== null) await store.markAbsent(repository, remote.commit, absent)
    await store.setRef(repository, settings.revision, remote.commit)
  } catch (error) {
    context.signal?.throwIfAborted()
    throw asModelError(error, { repository, url: settings.endpoint, byHand: byHand(request, files) })
  }
  return remote.commit
}

/**
 * The text of a small file of a repository.
 * @throws ModelError when it cannot be had; the signal's reason when aborted
 */
export async function fetchText(
  request: FetchRequest,
  { commit }: RemoteModel,
  { path, bytes }: RemoteFile,
  context: HubContext,
): Promise<string> {
  const { repository, settings } = request
  const hub = new Hub(settings, context.signal)
  const url = hub.urlOf(repository, commit, path)
  const wanted = { repository, path, url, byHand: byHand(request, null) }
  if (bytes > MAX_TEXT_BYTES)
    throw new ModelError(`${path} of model ${repository} is ${bytes} bytes, which is no such file`)
  return stubbornly(async () => textOf((await hub.open(url, 0, bytes)).bytes), wanted, settings, context)
}

/** What to do without a download; a sentence without a stop. */
export function byHand({ repository, precision, settings }: FetchRequest, files: ModelFiles | null): string {
  const paths = files?.paths ?? missingFiles([], precision)
  return `put ${paths.join(', ')} of ${settings.endpoint}/${repository} into a folder and give it with --model-dir`
}

async function fetchFile(
  request: FetchRequest,
  remote: RemoteModel,
  file: RemoteFile,
  store: ModelStore,
  onBytes: (file: RemoteFile, bytes: number) => void,
  context: HubContext,
): Promise<void> {
  const { repository } = request
  const target = await store.blobPath(repository, file.digest)
  for (let other = underway.get(target); other; other = underway.get(target)) {
    context.signal?.throwIfAborted()
    await Promise.race([other.catch(() => {}), sleep(LOOK_MS)])
  }
  const fetching = fetchInto(target, request, remote, file, onBytes, context).finally(() => underway.delete(target))
  underway.set(target, fetching)
  await fetching
}

async function fetchInto(
  target: string,
  request: FetchRequest,
  remote: RemoteModel,
  file: RemoteFile,
  onBytes: (file: RemoteFile, bytes: number) => void,
  context: HubContext,
): Promise<void> {
  const { repository, settings } = request
  if ((await isThere(target)) && (await digestLike(file.digest, target)) === file.digest)
    return onBytes(file, file.bytes)
  const hub = new Hub(settings, context.signal)
  const url = hub.urlOf(repository, remote.commit, file.path)
  const wanted = {
    repository,
    path: file.path,
    url,
    byHand: byHand(
      request,
      chooseFiles(
        remote.files.map(({ path }) => path),
        request.precision,
      ),
    ),
  }
  let furthest = 0
  const fetchIt = (cameFurther: () => void) =>
    download({
      hub,
      url,
      file,
      target,
      signal: context.signal,
      onBytes(bytes) {
        onBytes(file, bytes)
        if (bytes < furthest + MIN_PROGRESS_BYTES) return
        cameFurther()
        furthest = bytes
      },
    })
  await stubbornly(fetchIt, wanted, settings, context)
}

/** Tries again what may pass, damage once. */
async function stubbornly<Result>(
  act: (cameFurther: () => void) => Promise<Result>,
  wanted: Wanted,
  { retrySec }: HubSettings,
  { signal, log }: HubContext,
): Promise<Result> {
  let wasDamaged = false
  const mayPass = (error: unknown) => {
    const again = isPassing(error) && !(error instanceof DamagedError && wasDamaged)
    wasDamaged ||= error instanceof DamagedError
    return again
  }
  const onRetry = (error: unknown, waitSec: number) =>
    log.info(`${asModelError(error, wanted).message}; trying again in ${waitSec} s`)
  try {
    return await withRetries(act, { signal, retrySec, isPassing: mayPass, onRetry })
  } catch (error) {
    signal?.throwIfAborted()
    throw asModelError(error, wanted)
  }
}

/** Shows how much of all files is there, percent by percent. */
function progressOf({ name }: FetchRequest, parts: readonly RemoteFile[], { progress, log }: HubContext) {
  const total = parts.reduce((sum, { bytes }) => sum + bytes, 0)
  const there = new Map<string, number>()
  let shown = ''
  log.info(`downloading ${name}: ${megabytes(total)} at most`)
  return ({ path }: RemoteFile, bytes: number): void => {
    there.set(path, bytes)
    const sum = [...there.values()].reduce((all, one) => all + one, 0)
    const text = `downloading ${name}: ${Math.floor((100 * sum) / Math.max(total, 1))} % of ${megabytes(total)}`
    if (text !== shown) progress(text)
    shown = text
  }
}
