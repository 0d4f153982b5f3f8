import type { Stats } from 'node:fs'
import { type FileHandle, link, lstat, open, rename, stat, unlink } from 'node:fs/promises'
import { OutputError } from '../../core/errors.js'
import { type FileOptions, fileWriter } from './file-writer.js'
import { type TextWriter, writeError } from './line-writer.js'
import { writtenPlace } from './overwriting.js'

/** Ends the name of a file that is not complete. */
const PART = '.part'
/** So many unfinished files of one name are kept. */
const MAX_PARTS = 99

/** How a file is written that appears whole. */
export interface WholeFileOptions extends FileOptions {
  /** Whether a file that is there is replaced. */
  readonly replaces: boolean
  /** Called with the name of the file that has the text so far when it is closed before it is complete. */
  readonly onLeft?: (part: string) => void
}

/**
 * Text to a file that appears, or replaces another one, when it is complete. Until then it is in a file beside it, `NAME.part`,
 * which has all text that was written whatever happens; what an earlier run left there is kept, and the next is `NAME.part2`.
 * What is no file, such as a pipe or a device, is written in place.
 *
 * @throws OutputError when it cannot be opened, or is there and must not be replaced
 */
export async function wholeFileWriter(path: string, options: WholeFileOptions): Promise<TextWriter> {
  const status = await stat(path).catch(() => null)
  if (status && !status.isFile()) return fileWriter(path, options)
  if (status && !options.replaces) throw alreadyThere(path)
  // A link stays, and what it leads to is written or replaced.
  const isLink = (await lstat(path).catch(() => null))?.isSymbolicLink() === true
  const target = status || isLink ? await writtenPlace(path) : path
  const { file, part } = await openPart(path, target, status)
  return partWriter(file, { path, target, part }, options)
}

/**
 * Writes a file at once, beside the one that it replaces.
 * @param waiting how long the reader of a pipe is waited for; absent: as long as it takes
 * @throws OutputError when it cannot be written, or is there and must not be replaced
 */
export async function writeWhole(
  path: string,
  content: Uint8Array,
  replaces: boolean,
  waiting: FileOptions = {},
): Promise<void> {
  const writer = await wholeFileWriter(path, { ...waiting, replaces })
  try {
    await writer.append(content)
    await writer.complete(true)
  } finally {
    await writer.close(false)
  }
}

/**
 * Removes what runs that broke off have left of a file, now that it is complete.
 * @param before when the run began, in milliseconds: what was written since may be another's, who is still at it
 */
export async function removeLeftParts(path: string, before: number): Promise<void> {
  for (let count = 1; count <= MAX_PARTS; count++) {
    const part = partName(path, count)
    const status = await stat(part).catch(() => null)
    if (!status?.isFile() || status.mtimeMs >= before) continue
    // Where it cannot be removed it stays: the text itself is complete.
    await unlink(part).catch(() => undefined)
  }
}

function partName(target: string, count: number): string {
  return `${target}${PART}${count === 1 ? '' : count}`
}

/** What is said of a file that must not be replaced. */
export function alreadyThere(path: string): OutputError {
  return new OutputError(`${path} is there already`, { hint: 'give another name, or leave out --no-clobber' })
}

interface Names {
  /** As it was given. */
  readonly path: string
  /** Where it is. */
  readonly target: string
  /** Where it is written. */
  readonly part: string
}

function partWriter(file: FileHandle, { path, target, part }: Names, options: WholeFileOptions): TextWriter {
  let length = 0
  let isComplete = false
  let isClosed = false
  const close = async () => {
    if (!isClosed) await file.close()
    isClosed = true
  }
  return {
    async append(text) {
      const bytes = typeof text === 'string' ? Buffer.from(text) : text
      try {
        await file.appendFile(bytes)
      } catch (cause) {
        // Of a full disk some bytes may have been left: the text ends where it was whole.
        await file.truncate(length).catch(() => undefined)
        throw writeError(path, cause)
      }
      length += bytes.length
    },
    async complete(isWhole) {
      try {
        await file.sync()
        await close()
        if (options.replaces && isWhole) await rename(part, target)
        else await linkOnly(part, target)
      } catch (cause) {
        if (!isTaken(cause)) throw writeError(path, cause)
        // It is told when the file is closed.
        if (options.replaces) return
        throw alreadyThere(path)
      }
      isComplete = true
    },
    async close(hasText = true) {
      await close()
      if (isComplete) return
      if (hasText && length > 0) options.onLeft?.(part)
      else await unlink(part).catch(() => undefined)
    },
  }
}

/** As `rename`, but not over a file that has come meanwhile. */
async function linkOnly(from: string, to: string): Promise<void> {
  try {
    await link(from, to)
  } catch (cause) {
    // Some file systems, such as exFAT, have no second names of files.
    if (isTaken(cause) || (await stat(to).catch(() => null))) throw cause
    return rename(from, to)
  }
  await unlink(from)
}

function isTaken(cause: unknown): boolean {
  return cause instanceof Error && 'code' in cause && cause.code === 'EEXIST'
}

async function openPart(
  path: string,
  target: string,
  status: Stats | null,
): Promise<{ readonly file: FileHandle; readonly part: string }> {
  for (let count = 1; count <= MAX_PARTS; count++) {
    const part = partName(target, count)
    try {
      // Two runs never write to one file.
      return { file: await open(part, 'ax', status?.mode), part }
    } catch (cause) {
      if (!isTaken(cause)) throw writeError(path, cause, 'give --output another path')
    }
  }
  throw new OutputError(`${path} cannot be written: ${MAX_PARTS} runs have left unfinished files beside it`, {
    hint: `remove ${target}${PART} and the like`,
  })
}
