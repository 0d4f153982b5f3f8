import type { Dirent } from 'node:fs'
import { readdir, realpath, stat } from 'node:fs/promises'
import { basename, extname, join, relative, sep } from 'node:path'
import { isAddress, pathOf } from '../audio/sources/open-address.js'
import { InputError, messageOf, UsageError } from '../core/errors.js'
import { percentDecoded } from '../core/percent-decoding.js'
import { baseOf, isPattern, matcherOf } from './glob.js'

/** A recording of a run that may have many. */
export interface NamedRecording {
  /** As it is opened and told of: a path, or an address. */
  readonly name: string
  /** Where it lies below the folder or pattern that brought it; a bare name where it was named itself. */
  readonly within: string
  readonly isAddress: boolean
  /** The file that has been fetched from the address; absent: it is opened by its name. */
  readonly file?: string
}

/** What a folder is searched for: the endings of names of audio and video. */
const ENDINGS: ReadonlySet<string> = new Set(
  `wav wave w64 rf64 mp3 mp2 flac ogg oga opus spx aif aiff aifc caf au snd m4a m4b mp4 m4v mov webm mkv mka avi aac ac3 amr
  wma wmv 3gp 3g2 mpg mpeg ts mts flv ape wv tta`
    .split(/\s+/)
    .map((ending) => `.${ending}`),
)
/** Names as people sort them: 2 before 10. */
const ORDER = new Intl.Collator('en', { numeric: true })

/**
 * The recordings that names stand for, in the order of the names: files and addresses as they are; all audio and video in a
 * folder and the folders in it; what a pattern matches, where the shell has not expanded it. None comes twice. A file that is
 * not there is one of them: it fails when it is opened.
 *
 * @throws InputError when a folder or a pattern has no recordings; UsageError for standard input, which has no name
 */
export async function findRecordings(names: readonly string[]): Promise<readonly NamedRecording[]> {
  const found = new Map<string, NamedRecording>()
  for (const name of names) {
    for (const recording of await recordingsOf(name)) {
      const key = recording.isAddress ? recording.name : await realpath(recording.name).catch(() => recording.name)
      if (!found.has(key)) found.set(key, recording)
    }
  }
  return [...found.values()]
}

/** Whether a name stands for several recordings, or none: a folder, or a pattern. */
export async function standsForMany(name: string): Promise<boolean> {
  if (name === '' || isAddress(name)) return false
  const status = await stat(pathOf(name)).catch(() => null)
  return status ? status.isDirectory() : isPattern(name)
}

async function recordingsOf(name: string): Promise<readonly NamedRecording[]> {
  if (name === '-' || name === '') {
    const what = name === '-' ? 'standard input' : 'an empty name'
    throw new UsageError(`${what} does not go with other recordings or --output-dir`, { hint: 'give names of files' })
  }
  if (isAddress(name)) return [{ name, within: nameOfAddress(name), isAddress: true }]
  const path = pathOf(name)
  const status = await stat(path).catch(() => null)
  if (status?.isDirectory())
    return someOf(await filesBelow(path, name), name, ({ name: file }) => isRecordingName(file))
  if (status || !isPattern(name)) return [{ name: path, within: basename(path), isAddress: false }]
  return matches(name)
}

async function matches(name: string): Promise<readonly NamedRecording[]> {
  const pattern = (sep === '/' ? name : name.replaceAll(sep, '/')).replace(/^(?:\.\/)+/, '')
  const base = baseOf(pattern)
  const isMatched = matcherOf(pattern)
  const depth = pattern.includes('**') ? Number.POSITIVE_INFINITY : pattern.split('/').length
  const files = (await stat(base || '.').catch(() => null))?.isDirectory() ? await filesBelow(base, name, depth) : []
  return someOf(files, name, ({ name: path }) => isMatched(path.split(sep).join('/')))
}

function someOf(files: readonly NamedRecording[], name: string, isWanted: (one: NamedRecording) => boolean) {
  const found = files.filter(isWanted).sort((one, other) => ORDER.compare(one.within, other.within))
  if (found.length > 0) return found
  throw new InputError(`there are no recordings in ${name}`, {
    code: 'ASR_INPUT_MISSING',
    hint: 'give names of files, folders with audio or video, or patterns such as "talks/*.mp3"',
    details: { path: name },
  })
}

/** Whether a name ends as those of audio and video do. */
export function isRecordingName(name: string): boolean {
  return ENDINGS.has(extname(name).toLowerCase())
}

/** All files in a folder and those in it, hidden ones left out. Links to folders are not followed, which may lead in circles. */
async function filesBelow(folder: string, asked: string, depth = Number.POSITIVE_INFINITY) {
  const files: NamedRecording[] = []
  const visit = async (path: string, left: number): Promise<void> => {
    let entries: readonly Dirent[]
    try {
      entries = await readdir(path || '.', { withFileTypes: true })
    } catch (cause) {
      throw new InputError(`${path} cannot be read: ${messageOf(cause)}`, { cause, details: { path: asked } })
    }
    for (const entry of entries) {
      const name = join(path, entry.name)
      if (entry.name.startsWith('.')) continue
      if (entry.isDirectory() && left > 1) await visit(name, left - 1)
      if (!(entry.isFile() || (entry.isSymbolicLink() && (await stat(name).catch(() => null))?.isFile()))) continue
      files.push({ name, within: relative(folder || '.', name), isAddress: false })
    }
  }
  await visit(folder, depth)
  return files
}

/** The last part of an address that says something; that of the machine where there is none. */
function nameOfAddress(address: string): string {
  const { pathname, hostname } = new URL(address)
  const last = pathname.split('/').findLast((part) => part !== '') ?? ''
  return basename(percentDecoded(last).replaceAll('\\', '/')) || hostname
}
