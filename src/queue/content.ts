import { createHash } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { InputError, messageOf, UsageError } from '../core/errors.js'
import { askHttp, getHttp } from './http.js'
import { RefusedJobError, UnreachedError } from './job-errors.js'
import { askObject, getObject } from './object-store.js'
import type { KnownContent } from './queue-job.js'
import { isObjectAddress, isStoredAddress, shownAddress } from './shown-address.js'

/**
 * What is in a file.
 * @throws InputError when it is not there or cannot be read; RefusedJobError when it is no file
 */
export async function contentOfFile(path: string, signal?: AbortSignal): Promise<KnownContent> {
  const status = await stat(path).catch((cause: NodeJS.ErrnoException) => {
    const isMissing = cause.code === 'ENOENT'
    throw new InputError(`${path} ${isMissing ? 'is not there' : `cannot be read: ${messageOf(cause)}`}`, {
      cause,
      ...(isMissing && { code: 'ASR_INPUT_MISSING' }),
      hint: 'check its name, and whether its disk is there',
    })
  })
  if (!status.isFile()) throw new RefusedJobError(`${path} is no file`, { hint: 'a queue is for recordings in files' })
  const hash = createHash('sha256')
  try {
    for await (const bytes of createReadStream(path, signal ? { signal } : {})) hash.update(bytes as Buffer)
  } catch (cause) {
    throw new InputError(`${path} cannot be read: ${messageOf(cause)}`, { cause })
  }
  return { sha256: hash.digest('hex'), size: status.size }
}

/**
 * What is known of the content at an address: what its server tells, without the content itself.
 * @throws RefusedJobError when it is not there, or not open to us; UnreachedError when there is no answer; UsageError for
 *   addresses of streams
 */
export async function contentAt(address: string, signal?: AbortSignal): Promise<KnownContent> {
  if (!isStoredAddress(address)) {
    throw new UsageError(`${shownAddress(address)} is no recording that stays`, {
      hint: 'a queue takes paths, and addresses of http, https and s3',
    })
  }
  return isObjectAddress(address) ? askObject(address, signal) : askHttp(address, signal)
}

/**
 * Fetches a recording into a file.
 * @param expected what it was when it was put into the queue
 * @throws as `contentAt`; RefusedJobError when it has changed
 */
export async function fetchContent(
  address: string,
  file: string,
  expected: KnownContent,
  signal: AbortSignal,
): Promise<void> {
  const get = isObjectAddress(address) ? getObject : getHttp
  const { content, body } = await get(address, signal)
  const stream = Readable.from(body)
  if (!isSameContent(content, expected)) {
    stream.destroy()
    throw hasChanged(shownAddress(address))
  }
  const count = { bytes: 0 }
  stream.on('data', (bytes: Uint8Array) => {
    count.bytes += bytes.length
  })
  await pipeline(stream, createWriteStream(file), { signal }).catch((cause: unknown) => {
    throw new UnreachedError(`${shownAddress(address)} breaks off: ${messageOf(cause)}`)
  })
  if (content.size === undefined || content.size === count.bytes) return
  throw new UnreachedError(`${shownAddress(address)} breaks off: ${count.bytes} of ${content.size} bytes`)
}

/** Whether two contents are the same, as far as both are known. */
export function isSameContent(one: KnownContent, other: KnownContent): boolean {
  const keys = ['sha256', 'size', 'etag', 'changed'] as const
  return keys.every((key) => one[key] === undefined || other[key] === undefined || one[key] === other[key])
}

/** What is said of a recording that is another one by now. */
export function hasChanged(name: string): RefusedJobError {
  return new RefusedJobError(`${name} has changed since it was put into the queue`, { hint: 'put it in once more' })
}
