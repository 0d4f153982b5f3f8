import { type BigIntStats, fstatSync } from 'node:fs'
import { readlink, realpath, stat } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { UsageError } from '../../core/errors.js'

/**
 * Sees to it that the text does not replace the audio: the same file by whatever name, also as standard input or output.
 *
 * @param audio path, or "-"
 * @param output path; "-" is standard output
 * @param option which gives the output
 * @param what is in the first file
 * @throws UsageError when they are the same
 */
export async function refuseOverwriting(
  audio: string,
  output: string,
  option = '--output',
  what = 'the audio',
): Promise<void> {
  const from = audio === '-' ? opened(0) : await named(audio)
  const to = output === '-' ? opened(1) : await named(output)
  if (!from || !to || from.dev !== to.dev || from.ino !== to.ino || !(to.isFile() || to.isFIFO())) return
  const writer = output === '-' ? 'standard output' : `${option} ${output}`
  throw new UsageError(`${writer} would overwrite ${what}`, { hint: 'write to another file' })
}

/** A file that is to be written. */
export interface WrittenFile {
  /** Path; "-" is standard output. */
  readonly path: string
  /** Which gives the path. */
  readonly option: string
}

/**
 * Sees to it that no two of the files are one, by whatever names. Pipes and devices may be given more than once.
 * @throws UsageError when two are the same
 */
export async function refuseOneFileTwice(files: readonly WrittenFile[]): Promise<void> {
  const taken = new Map<string, WrittenFile>()
  for (const file of files) {
    const key = await identityOf(file.path)
    if (key === null) continue
    const other = taken.get(key)
    if (other) throw oneFile(other, file)
    taken.set(key, file)
  }
}

function oneFile(one: WrittenFile, other: WrittenFile): UsageError {
  if (one.option === other.option && one.path === other.path) {
    return new UsageError(`${one.option} gives ${one.path} twice`, { hint: 'leave one of them out' })
  }
  const names = [one, other].map(({ path, option }) => (path === '-' ? 'standard output' : `${option} ${path}`))
  return new UsageError(`${names.join(' and ')} are one file`, { hint: 'give each a file of its own' })
}

/** What two names of one file have in common; null for what is no file, and never will be. */
async function identityOf(path: string): Promise<string | null> {
  const status = path === '-' ? opened(1) : await named(path)
  if (status) return status.isFile() ? `${status.dev}:${status.ino}` : null
  return path === '-' ? null : writtenPlace(path)
}

/** As many links one behind the other as Linux follows. */
const MAX_LINKS = 40

/** Where a file is written that has a name: at the end of all links, whether or not there is one yet. */
export async function writtenPlace(path: string, links = MAX_LINKS): Promise<string> {
  const named = resolve(path)
  const folder = await realpath(dirname(named)).catch(() => dirname(named))
  const place = join(folder, basename(named))
  const next = links > 0 ? await readlink(place).catch(() => null) : null
  return next === null ? place : writtenPlace(resolve(folder, next), links - 1)
}

function opened(fd: number): BigIntStats | null {
  try {
    return fstatSync(fd, { bigint: true })
  } catch {
    return null
  }
}

async function named(path: string): Promise<BigIntStats | null> {
  return stat(path, { bigint: true }).catch(() => null)
}
