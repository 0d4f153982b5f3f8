import { realpath } from 'node:fs/promises'
import { isAbsolute, join, relative, resolve, sep } from 'node:path'
import { isAddress } from '../audio/sources/open-address.js'
import { InputError, messageOf, UsageError } from '../core/errors.js'
import { RefusedJobError } from './job-errors.js'
import type { QueueJob } from './queue-job.js'
import { isStoredAddress, shownAddress } from './shown-address.js'

/** What a worker may read: folders, and beginnings of addresses. */
export interface InputRoots {
  readonly folders: readonly string[]
  readonly addresses: readonly URL[]
}

/**
 * Reads what a worker may read; nothing given is the current folder.
 * @throws UsageError for an address that is no recording's; InputError for a folder that is not there
 */
export async function inputRoots(given: readonly string[]): Promise<InputRoots> {
  const names = given.length === 0 ? ['.'] : given
  const strange = names.find((name) => isAddress(name) && !isStoredAddress(name))
  if (strange !== undefined) {
    throw new UsageError(`--input-root ${strange} is neither a folder nor an address of http, https or s3`)
  }
  const folders = names
    .filter((name) => !isAddress(name))
    .map(async (name) => {
      return realpath(name).catch((cause: unknown) => {
        throw new InputError(`--input-root ${name} is not there: ${messageOf(cause)}`, { hint: 'give a folder' })
      })
    })
  return { folders: await Promise.all(folders), addresses: names.filter(isAddress).map((name) => new URL(name)) }
}

/**
 * Where the recording of a job is: an address, or a path with all links followed.
 * @throws RefusedJobError when it is outside of what may be read; InputError when it is not there
 */
export async function placeOfRecording({ recording }: QueueJob, roots: InputRoots): Promise<string> {
  if ('address' in recording) return allowedAddress(recording.address, roots)
  const { path } = recording
  const places = isAbsolute(path) ? [path] : roots.folders.map((folder) => join(folder, path))
  for (const place of places) {
    const real = await realpath(place).catch(() => null)
    if (real === null) continue
    if (roots.folders.some((folder) => isBelow(real, folder))) return real
    throw outside(path)
  }
  // What may not be read is not told to be there or not.
  const allowed = places.find((place) => roots.folders.some((folder) => isBelow(resolve(place), folder)))
  if (allowed === undefined) throw outside(path)
  throw new InputError(`${path} is not there`, {
    code: 'ASR_INPUT_MISSING',
    hint: 'check whether its disk is there',
  })
}

function allowedAddress(address: string, { addresses }: InputRoots): string {
  if (!isStoredAddress(address)) throw outside(shownAddress(address))
  const url = new URL(address)
  const isAllowed = addresses.some((root) => {
    const folder = root.pathname.endsWith('/') ? root.pathname : `${root.pathname}/`
    const isPlace = url.pathname === root.pathname || url.pathname.startsWith(folder)
    return isPlace && url.protocol === root.protocol && url.host === root.host
  })
  if (isAllowed) return address
  throw outside(shownAddress(address))
}

/** Whether a path is in a folder, or in one in it. */
export function isBelow(path: string, folder: string): boolean {
  const way = relative(folder, path)
  return way !== '' && way.split(sep)[0] !== '..' && !isAbsolute(way)
}

function outside(name: string): RefusedJobError {
  return new RefusedJobError(`${name} is not in what this worker may read`, {
    hint: 'start the worker with --input-root for its folder or address, then: asr-stream queue retry',
  })
}
