import { createWriteStream } from 'node:fs'
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { digestLike } from './checksums.js'
import { BrokenError, DamagedError } from './failures.js'
import type { Hub, RemoteFile } from './hub.js'

/** A file on its way. */
export interface Download {
  readonly hub: Hub
  readonly url: string
  readonly file: RemoteFile
  /** Where it shall be; until it is whole it lies beside that. */
  readonly target: string
  readonly signal: AbortSignal | undefined
  /** Told how many bytes are there. */
  readonly onBytes: (bytes: number) => void
}

/**
 * Downloads a file, or what is missing of it. What comes is kept when the connection breaks, so that calling it again goes
 * on there. The file gets its name only when size and checksum are right.
 *
 * @throws DamagedError when what came is not the file; whatever the network and the disk throw
 */
export async function download({ hub, url, file, target, signal, onBytes }: Download): Promise<void> {
  await mkdir(dirname(target), { recursive: true })
  const incomplete = await claimIncomplete(target)
  const kept = Math.min(await sizeOf(incomplete), file.bytes)
  if (kept < file.bytes || file.bytes === 0) {
    const { from, bytes } = await hub.open(url, kept)
    const counted = counting(bytes, from, onBytes)
    const output = createWriteStream(incomplete, from === 0 ? { flags: 'w' } : { flags: 'r+', start: from })
    await pipeline(counted, output, signal ? { signal } : {})
  }
  const size = await sizeOf(incomplete)
  if (size < file.bytes) throw new BrokenError(`it ended after ${size} of ${file.bytes} bytes`)
  if (size > file.bytes || (await digestLike(file.digest, incomplete)) !== file.digest) {
    await rm(incomplete)
    throw new DamagedError(
      size > file.bytes ? `${size} bytes came instead of ${file.bytes}` : 'what came has another checksum',
    )
  }
  await rename(incomplete, target)
}

/**
 * The name of the part that is there already. It carries the process that writes it: parts of processes that have ended
 * are taken over, those of others left alone.
 */
async function claimIncomplete(target: string): Promise<string> {
  const own = `${target}.${process.pid}.incomplete`
  if ((await sizeOf(own)) > 0) return own
  for (const name of await readdir(dirname(target))) {
    const [, digest, pid] = /^(\w+)\.(\d+)\.incomplete$/.exec(name) ?? []
    if (digest !== basename(target) || pid === undefined || isRunning(Number(pid))) continue
    const isOurs = await rename(join(dirname(target), name), own).then(
      () => true,
      () => false,
    )
    if (isOurs) return own
  }
  return own
}

function isRunning(pid: number): boolean {
  if (pid === process.pid) return true
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}

async function sizeOf(path: string): Promise<number> {
  return stat(path).then(
    ({ size }) => size,
    () => 0,
  )
}

async function* counting(
  bytes: AsyncIterable<Uint8Array>,
  from: number,
  onBytes: (bytes: number) => void,
): AsyncGenerator<Uint8Array> {
  let there = from
  for await (const chunk of bytes) {
    there += chunk.length
    onBytes(there)
    yield chunk
  }
}
