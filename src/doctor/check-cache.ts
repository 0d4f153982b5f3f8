import { constants } from 'node:fs'
import { access, chmod, lstat, readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { messageOf } from '../core/errors.js'
import { checkFiles, localModels } from '../models/inventory.js'
import type { HubSettings } from '../models/settings.js'
import { megabytes } from '../models/sizes.js'
import { ModelStore } from '../models/store.js'
import type { Finding } from './finding.js'

/** Parts of files that this program downloads; those of others are called otherwise. */
const PART = /^[0-9a-f]{40,64}\.(\d+)\.incomplete$/
const FOLDER_BITS = constants.S_IRUSR | constants.S_IWUSR | constants.S_IXUSR

/** Looks at the models that were downloaded: damaged files, parts that nobody goes on with, folders without permissions. */
export async function checkCache(modelCacheDir: string | null, settings: HubSettings): Promise<readonly Finding[]> {
  const locked = await lockedFolders(settings.cacheDir)
  if (locked.length > 0) return [lockedFinding(locked)]
  try {
    return [...(await damagedModels(modelCacheDir, settings)), ...(await leftParts(settings.cacheDir))]
  } catch (error) {
    return [{ area: 'install', state: 'note', message: `models cannot be looked at: ${messageOf(error)}` }]
  }
}

async function damagedModels(modelCacheDir: string | null, settings: HubSettings): Promise<readonly Finding[]> {
  const findings: Finding[] = []
  for (const model of await localModels(modelCacheDir, settings)) {
    const { name, repository, commit, folder, paths, origin } = model
    if (origin === 'embedded') continue
    const damaged = (await checkFiles(model, settings)).filter(({ whole }) => whole === false).map(({ path }) => path)
    if (damaged.length === 0) continue
    const message = `the model ${name} is damaged: ${damaged.join(', ')}`
    if (repository === null || commit === null) {
      findings.push({ area: 'install', state: 'note', message, hint: `convert it again; it is in ${folder}` })
      continue
    }
    const repair = {
      what: `delete ${damaged.join(', ')} of ${name} in ${folder}; "asr-stream models pull ${name}" downloads them again`,
      async run() {
        const store = new ModelStore(settings.cacheDir)
        for (const path of damaged) await store.remove({ repository, commit, folder, paths }, path)
      },
    }
    const hint = `run "asr-stream models pull ${name}", or "asr-stream doctor --fix" to delete them`
    findings.push({ area: 'install', state: 'note', message, hint, repair })
  }
  return findings
}

/** Parts whose process has ended. A download of the same model takes them over, so they are only told of, and deleted by --fix. */
async function leftParts(cacheDir: string): Promise<readonly Finding[]> {
  const left: { readonly path: string; readonly bytes: number }[] = []
  for (const repository of await new ModelStore(cacheDir).repositories()) {
    const blobs = join(new ModelStore(cacheDir).folderOf(repository), 'blobs')
    for (const name of await readdir(blobs).catch(() => [] as string[])) {
      const pid = PART.exec(name)?.[1]
      if (pid === undefined || isRunning(Number(pid))) continue
      const { size } = await lstat(join(blobs, name))
      left.push({ path: join(blobs, name), bytes: size })
    }
  }
  if (left.length === 0) return []
  const size = megabytes(left.reduce((sum, { bytes }) => sum + bytes, 0))
  const parts = `${left.length} ${left.length === 1 ? 'part' : 'parts'}`
  const repair = {
    what: `delete ${parts} of downloads that were broken off, ${size}: ${left.map(({ path }) => path).join(', ')}`,
    async run() {
      for (const { path } of left) await rm(path, { force: true })
    },
  }
  const message = `a download was broken off, and ${size} of it are left`
  const hint = '"asr-stream models pull NAME" goes on with it, "asr-stream doctor --fix" deletes it'
  return [{ area: 'install', state: 'note', message, hint, repair }]
}

/** Folders of the cache that are the user's own, and that the user may not read, write or enter. */
async function lockedFolders(cacheDir: string): Promise<readonly string[]> {
  const locked: string[] = []
  const visit = async (folder: string, depth: number): Promise<void> => {
    const status = await lstat(folder).catch(() => null)
    if (!status?.isDirectory()) return
    const isOwn = process.getuid !== undefined && status.uid === process.getuid()
    if (isOwn && (status.mode & FOLDER_BITS) !== FOLDER_BITS) {
      locked.push(folder)
      return
    }
    const isOpen = await access(folder, constants.R_OK | constants.X_OK).then(
      () => true,
      () => false,
    )
    if (depth === 0 || !isOpen) return
    const names = (await readdir(folder)).filter((name) => depth < 2 || name.startsWith('models--'))
    for (const name of names) await visit(join(folder, name), depth - 1)
  }
  await visit(cacheDir, 2)
  return locked
}

function lockedFinding(locked: readonly string[]): Finding {
  const folders = locked.join(', ')
  return {
    area: 'install',
    state: 'failed',
    message: `folders for models are yours, but may not be read or written: ${folders}`,
    hint: 'run "asr-stream doctor --fix", which gives you the permissions back',
    repair: {
      what: `give you back the permission to read, write and enter ${folders}`,
      async run() {
        for (const folder of locked) await chmod(folder, ((await stat(folder)).mode & 0o777) | FOLDER_BITS)
      },
    },
  }
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}
