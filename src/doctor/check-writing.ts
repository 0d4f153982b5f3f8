import { randomUUID } from 'node:crypto'
import { constants } from 'node:fs'
import { access, rename, rm, statfs, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { messageOf } from '../core/errors.js'
import type { Finding } from './finding.js'

/** Transcripts are small, but models are not. */
const LITTLE_BYTES = 1e9

/** Writes a small file into a folder and takes it away, and looks whether models can be kept where they would be. */
export async function checkWriting(folder: string, cacheDir: string): Promise<readonly Finding[]> {
  return [await checkFolder(folder), await checkCache(cacheDir)]
}

async function checkFolder(folder: string): Promise<Finding> {
  const path = join(folder, `.asr-stream-${randomUUID()}`)
  try {
    // As transcripts are: aside, then by their name.
    await writeFile(`${path}.part`, 'asr-stream doctor\n', { flag: 'wx' })
    await rename(`${path}.part`, path)
    const free = await freeBytes(folder)
    const message = `this folder can be written, ${(free / 1e9).toFixed(1)} GB free: ${folder}`
    if (free > LITTLE_BYTES) return { area: 'write', state: 'ok', message, details: { folder, freeBytes: free } }
    return { area: 'write', state: 'note', message, hint: 'make room, or write somewhere else with -o' }
  } catch (error) {
    const message = `this folder cannot be written: ${messageOf(error)}`
    return { area: 'write', state: 'note', message, hint: 'write into another folder with -o FOLDER/talk.srt' }
  } finally {
    for (const left of [path, `${path}.part`]) await rm(left, { force: true }).catch(() => undefined)
  }
}

async function checkCache(cacheDir: string): Promise<Finding> {
  const there = await nearest(cacheDir)
  const isWritable = await access(there, constants.W_OK | constants.X_OK).then(
    () => true,
    () => false,
  )
  if (isWritable) {
    return {
      area: 'write',
      state: 'ok',
      message: `models that are downloaded go to ${cacheDir}`,
      details: { cacheDir },
    }
  }
  const message = `models cannot be downloaded: ${there} cannot be written`
  return { area: 'write', state: 'note', message, hint: 'give another folder with --model-cache-dir' }
}

async function freeBytes(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder)
  return bavail * bsize
}

/** The folder itself, or the nearest one above it that is there. */
async function nearest(folder: string): Promise<string> {
  const isThere = await access(folder).then(
    () => true,
    (error: NodeJS.ErrnoException) => error.code !== 'ENOENT',
  )
  return isThere || dirname(folder) === folder ? folder : nearest(dirname(folder))
}
