import { randomUUID } from 'node:crypto'
import {
  copyFile,
  lstat,
  mkdir,
  readdir,
  readFile,
  realpath,
  rename,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises'
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path'
import { isOutOfFiles, ModelError } from '../core/errors.js'
import { digestLike } from './checksums.js'
import { isCommit, isDigest, isInnerPath } from './foreign.js'

/** What is kept of a revision of a repository. */
export interface Snapshot {
  readonly repository: string
  readonly commit: string
  readonly folder: string
  /** As `filesOf` gives them. */
  readonly paths: readonly string[]
}

const DIGEST_LENGTHS = [64, 40] as const
/** Stands where a name is none, and is refused as a place. */
const NO_PLACE = '..'

/**
 * The Hub's cache as all its programs keep it: `blobs` named by their digest, `snapshots` of revisions that link to them,
 * `refs` from branches to commits, `.no_exist` for what a revision is known not to have. Whatever names it is given, it writes
 * and deletes nothing outside of the folder of the repository, also through links that lie in the way.
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

  /**
   * Where a blob is written.
   * @throws ModelError when that is outside of the folder of the repository
   */
  blobPath(repository: string, digest: string): Promise<string> {
    return this.#placeFor(repository, 'blobs', isDigest(digest) ? digest : NO_PLACE)
  }

  /** The snapshot of a branch, tag or commit; null when nothing of it is here. */
  async snapshot(repository: string, revision: string): Promise<Snapshot | null> {
    const commit = isCommit(revision) ? revision : await this.#refOf(repository, revision)
    if (!isCommit(commit)) return null
    const folder = this.#snapshotFolder(repository, commit)
    const paths = await filesOf(folder)
    return paths.length === 0 ? null : { repository, commit, folder, paths }
  }

  /** All repositories that something is here of. */
  async repositories(): Promise<readonly string[]> {
    const names = await readdir(this.cacheDir).catch(orWhenAbsent<string[]>([]))
    return names
      .filter((name) => /^models--./.test(name))
      .map((name) => name.slice('models--'.length).replace('--', '/'))
      .sort()
  }

  /** All commits of a repository that something is here of. */
  async commits(repository: string): Promise<readonly string[]> {
    const names = await readdir(join(this.folderOf(repository), 'snapshots')).catch(orWhenAbsent<string[]>([]))
    return names.filter(isCommit).sort()
  }

  /**
   * Makes a blob a file of a snapshot; a copy where the system has no links.
   * @throws ModelError when that is outside of the folder of the repository
   */
  async link(repository: string, commit: string, path: string, digest: string): Promise<void> {
    const blob = await this.blobPath(repository, digest)
    const file = await this.#placeFor(repository, 'snapshots', commitOf(commit), path)
    const beside = besides(file)
    await symlink(relative(dirname(file), blob), beside).catch(() => copyFile(blob, beside))
    await rename(beside, file)
  }

  /**
   * Says that a branch or tag is at a commit; whoever reads it meanwhile gets the old one or the new one.
   * @throws ModelError when that is outside of the folder of the repository
   */
  async setRef(repository: string, revision: string, commit: string): Promise<void> {
    if (revision === commit) return
    if (!isCommit(commit))
      throw new ModelError(`"${commit}" is not a commit that ${revision} of ${repository} can be at`)
    await this.#write(await this.#placeFor(repository, 'refs', revision), commit)
  }

  /**
   * Remembers that a revision has no such files, so that the Hub need not be asked again.
   * @throws ModelError when that is outside of the folder of the repository
   */
  async markAbsent(repository: string, commit: string, paths: readonly string[]): Promise<void> {
    for (const path of paths)
      await this.#write(await this.#placeFor(repository, '.no_exist', commitOf(commit), path), '')
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
    if (isDigest(name)) return (await digestLike(name, file)) === name
    // A copy: its digest has to be the name of some blob.
    const blobs: readonly string[] = await readdir(join(this.folderOf(repository), 'blobs')).catch(() => [])
    if (!blobs.some(isDigest)) return null
    const digests = await Promise.all(DIGEST_LENGTHS.map((length) => digestLike('0'.repeat(length), file)))
    return digests.some((digest) => blobs.includes(digest))
  }

  /** Takes a file out, its blob as well; what a link to somewhere else leads to is left alone. */
  async remove({ repository, folder }: Snapshot, path: string): Promise<void> {
    const file = join(folder, path)
    const behind = await realpath(file)
    if (isInside(await realpath(this.folderOf(repository)), behind)) await rm(behind, { force: true })
    await rm(file, { force: true })
  }

  async #refOf(repository: string, revision: string): Promise<string | null> {
    if (!isInnerPath(revision)) return null
    const path = join(this.folderOf(repository), 'refs', revision)
    return readFile(path, 'utf8').then((text) => text.trim(), orWhenAbsent(null))
  }

  /** A place in the folder of a repository that can be written: its folder is there, and is where it seems to be. */
  async #placeFor(repository: string, ...parts: readonly string[]): Promise<string> {
    const home = resolve(this.folderOf(repository))
    const place = resolve(home, ...parts)
    const refused = new ModelError(`${parts.join('/')} of model ${repository} would be outside of ${home}`, {
      hint: 'the server or the cache cannot be trusted: give another HF_ENDPOINT or another --model-cache-dir',
    })
    if (!parts.every(isInnerPath) || !isInside(home, place)) throw refused
    const folder = dirname(place)
    await mkdir(home, { recursive: true })
    const realHome = await realpath(home)
    // Before a folder is made, so that it is not made behind a link either.
    if (!isInside(realHome, await realpath(await nearest(folder)))) throw refused
    await mkdir(folder, { recursive: true })
    return place
  }

  async #write(path: string, text: string): Promise<void> {
    const beside = besides(path)
    await writeFile(beside, text, { flag: 'wx' })
    await rename(beside, path)
  }

  #snapshotFolder(repository: string, commit: string): string {
    return join(this.folderOf(repository), 'snapshots', commit)
  }

  #absencePath(repository: string, commit: string, path: string): string {
    return join(this.folderOf(repository), '.no_exist', commit, path)
  }
}

/** A name for what gets its own when it is whole; of several writers each has another. */
function besides(path: string): string {
  return `${path}.${randomUUID()}.new`
}

/** What is no commit becomes no name. */
function commitOf(text: string): string {
  return isCommit(text) ? text : NO_PLACE
}

/** Whether a path is in a folder, or is the folder; both resolved. */
function isInside(folder: string, path: string): boolean {
  const way = relative(folder, path)
  return way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way)
}

/** The folder itself, or the nearest one above it that is there. */
async function nearest(folder: string): Promise<string> {
  const there = await lstat(folder).catch(() => null)
  return there === null ? nearest(dirname(folder)) : folder
}

/**
 * Whether there is such a file or folder; a link to nothing is none.
 * @throws Error when it cannot be told, because too many files are open
 */
export async function isThere(path: string): Promise<boolean> {
  return stat(path).then(() => true, orWhenAbsent(false))
}

/**
 * Paths of the files of a model folder, with slashes: those in it and those in its `onnx`. Links to nothing are left out;
 * empty where there is no such folder.
 * @throws Error when it cannot be told, because too many files are open
 */
export async function filesOf(folder: string): Promise<readonly string[]> {
  const paths: string[] = []
  for (const prefix of ['', 'onnx/']) {
    const entries = await readdir(join(folder, prefix), { withFileTypes: true }).catch(orWhenAbsent([]))
    for (const entry of entries) {
      const isFile = !entry.isDirectory() && (await isThere(join(folder, prefix, entry.name)))
      if (isFile) paths.push(`${prefix}${entry.name}`)
    }
  }
  return paths.sort()
}

/** What cannot be opened is not there, but for want of files that may be opened. */
function orWhenAbsent<Value>(value: Value): (error: unknown) => Value {
  return (error) => {
    if (isOutOfFiles(error)) throw error
    return value
  }
}
