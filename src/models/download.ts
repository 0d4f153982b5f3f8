import { once } from 'node:events'
import { constants } from 'node:fs'
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { finished } from 'node:stream/promises'
import { BodyError } from '../core/bounded-body.js'
import { digestLike } from './checksums.js'
import { BrokenError, DamagedError } from './failures.js'
import type { Hub, RemoteFile } from './hub.js'

/** Makes the file where there is none; what is a link is not followed. */
const WRITING = constants.O_WRONLY | constants.O_CREAT | (constants.O_NOFOLLOW ?? 0)

/** Bytes that may wait for the disk. */
const WAITING_BYTES = 2 ** 20

/** A file on its way. */
export interface Download {
  readonly hub: Hub
  readonly url: string
  readonly file: RemoteFile
  /** Where it shall be; until it is whole it lies beside that. */
  readonly target: string
  readonly signal: AbortSignal | undefined
  /** Called with the bytes that are there. */
  readonly onBytes: (bytes: number) => void
}

/**
 * Downloads a file, or what is missing of it. What comes is kept when the connection breaks, so that calling it again goes
 * on there. The file gets its name only when size and checksum are right.
 *
 * @throws DamagedError when what came is not the file, or more than it; whatever the network and the disk throw
 */
export async function download({ hub, url, file, target, signal, onBytes }: Download): Promise<void> {
  await mkdir(dirname(target), { recursive: true })
  const incomplete = await claimIncomplete(target)
  const kept = Math.min(await sizeOf(incomplete), file.bytes)
  if (kept < file.bytes || file.bytes === 0) {
    await receive({ from: kept, to: incomplete, hub, url, file, signal, onBytes })
  }
  const size = await sizeOf(incomplete)
  if (size < file.bytes) throw new BrokenError(`it ended after ${size} of ${file.bytes} bytes`)
  if ((await digestLike(file.digest, incomplete)) !== file.digest) {
    await rm(incomplete)
    throw new DamagedError('the checksum does not match')
  }
  await rename(incomplete, target)
}

/** Writes what comes after what is there, and no more than the file has. */
async function receive({
  from: kept,
  to,
  hub,
  url,
  file,
  signal,
  onBytes,
}: Omit<Download, 'target'> & { readonly from: number; readonly to: string }): Promise<void> {
  // Open before the server is asked: what comes while a file is opened is lost when the connection breaks then.
  const handle = await open(to, WRITING, 0o666)
  const { from, bytes } = await hub.open(url, kept, file.bytes).catch(async (error: unknown) => {
    await handle.close()
    if (kept === 0) await rm(to, { force: true })
    throw error
  })
  if (from < kept) await handle.truncate(from)
  const output = handle.createWriteStream({ start: from, highWaterMark: WAITING_BYTES })
  let there = from
  let isTooLong = false
  try {
    for await (const chunk of bytes) {
      signal?.throwIfAborted()
      if (!output.write(chunk)) await once(output, 'drain')
      there += chunk.length
      onBytes(there)
    }
  } catch (error) {
    if (!(error instanceof BodyError) || error.kind !== 'too long') throw error
    isTooLong = true
    throw new DamagedError(`more than its ${file.bytes} bytes came`, { cause: error })
  } finally {
    // What came before a connection broke is kept.
    output.end()
    await finished(output)
    if (isTooLong) await rm(to, { force: true })
  }
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
