import { copyFile, mkdir, readdir, readFile, realpath, rename, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { basename, dirname, join, relative } from 'node:path'
import { digestLike } from './checksums.js'

/** What is kept of a revision of a repository. */
export interface Snapshot {
  readonly repository: string
  readonly commit: string
  readonly folder: string
  /** As `filesOf` gives them. */
  readonly paths: readonly string[]
}

const COMMIT = /^[0-9a-f]{40}$/
/** Names of blobs: SHA-256 or git's id. */
const DIGEST = /^([0-9a-f]{64}|[0-9a-f]{40})$/
const DIGEST_LENGTHS = [64, 40] as const

/**
 * The Hub's cache as all its programs keep it: `blobs` named by their digest, `snapshots` of revisions that link to them,
 * `refs` from branches to commits, `.no_exist` for what a revision is known not to have.
 */
export class ModelStore {
  readonly cacheDir: string

  constructor(cacheDir: string) {
    this.cacheDir = cacheDir
  }

  /** Everything of one repository. */
  folderOf(repository: string): string {
    return join(this.cacheDir, `models--${repository.replaceAll('/', '--')}`)
  }

  blobPath(repository: string, digest: string): string {
    return join(this.folderOf(repository), 'blobs', digest)
  }

  /** The snapshot of a branch, tag or commit; null when nothing of it is here. */
  async snapshot(repository: string, revision: string): Promise<Snapshot | null> {
    const commit = COMMIT.test(revision) ? revision : await this.#refOf(repository, revision)
    if (commit === null || !COMMIT.test(commit)) return null
    const folder = this.#snapshotFolder(repository, commit)
    const paths = await filesOf(folder)
    return paths.length === 0 ? null : { repository, commit, folder, paths }
  }

  /** All repositories that something is here of. */
  async repositories(): Promise<readonly string[]> {
    const names = await readdir(this.cacheDir).catch(() => [])
    return names
      .filter((name) => /^models--./.test(name))
      .map((name) => name.slice('models--'.length).replace('--', '/'))
      .sort()
  }

  /** All commits of a repository that something is here of. */
  async commits(repository: string): Promise<readonly string[]> {
    const names = await readdir(join(this.folderOf(repository), 'snapshots')).catch(() => [])
    return names.filter((name) => COMMIT.test(name)).sort()
  }

  /** Makes a blob a file of a snapshot; a copy where the system has no links. */
  async link(repository: string, commit: string, path: string, digest: string): Promise<void> {
    const file = join(this.#snapshotFolder(repository, commit), path)
    const blob = this.blobPath(repository, digest)
    await mkdir(dirname(file), { recursive: true })
    const beside = `${file}.${process.pid}.new`
    await rm(beside, { force: true })
    await symlink(relative(dirname(file), blob), beside).catch(() => copyFile(blob, beside))
    await rename(beside, file)
  }

  /** Says that a branch or tag is at a commit. */
  async setRef(repository: string, revision: string, commit: string): Promise<void> {
    if (revision === commit) return
    const path = join(this.folderOf(repository), 'refs', revision)
    await mkdir(dirname(path), { recursive: true })
    await writeFile(path, commit)
  }

  /** Remembers that a revision has no such files, so that the Hub need not be asked again. */
  async markAbsent(repository: string, commit: string, paths: readonly string[]): Promise<void> {
    for (const path of paths) {
      const marker = this.#absencePath(repository, commit, path)
      await mkdir(dirname(marker), { recursive: true })
      await writeFile(marker, '')
    }
  }

  /** Whether a revision is known not to have a file. */
  async isAbsent({ repository, commit }: Snapshot, path: string): Promise<boolean> {
    return isThere(this.#absencePath(repository, commit, path))
  }

  /**
   * Compares a file of a snapshot with the checksum that its blob is named by.
   * @returns null where no checksum is known
   */
  async isWhole({ repository, folder }: Snapshot, path: string): Promise<boolean | null> {
    const file = join(folder, path)
    const name = basename(await realpath(file))
    if (DIGEST.test(name)) return (await digestLike(name, file)) === name
    // A copy: its digest has to be the name of some blob.
    const blobs: readonly string[] = await readdir(join(this.folderOf(repository), 'blobs')).catch(() => [])
    if (!blobs.some((blob) => DIGEST.test(blob))) return null
    const digests = await Promise.all(DIGEST_LENGTHS.map((length) => digestLike('0'.repeat(length), file)))
    return digests.some((digest) => blobs.includes(digest))
  }

  /** Takes a file out, its blob as well. */
  async remove({ folder }: Snapshot, path: string): Promise<void> {
    const file = join(folder, path)
    await rm(await realpath(file), { force: true })
    await rm(file, { force: true })
  }

  async #refOf(repository: string, revision: string): Promise<string | null> {
    const path = join(this.folderOf(repository), 'refs', revision)
    return readFile(path, 'utf8').then(
      (text) => text.trim(),
      () => null,
    )
  }

  #snapshotFolder(repository: string, commit: string): string {
    return join(this.folderOf(repository), 'snapshots', commit)
  }

  #absencePath(repository: string, commit: string, path: string): string {
    return join(this.folderOf(repository), '.no_exist', commit, path)
  }
}

/** Whether there is such a file or folder; a link to nothing is none. */
export async function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  )
}

/**
 * Paths of the files of a model folder, with slashes: those in it and those in its `onnx`. Links to nothing are left out;
 * empty where there is no such folder.
 */
export async function filesOf(folder: string): Promise<readonly string[]> {
  const paths: string[] = []
  for (const prefix of ['', 'onnx/']) {
    const entries = await readdir(join(folder, prefix), { withFileTypes: true }).catch(() => [])
    for (const entry of entries) {
      const isFile = !entry.isDirectory() && (await isThere(join(folder, prefix, entry.name)))
      if (isFile) paths.push(`${prefix}${entry.name}`)
    }
  }
  return paths.sort()
}
