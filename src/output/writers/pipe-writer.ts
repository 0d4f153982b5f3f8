import { closeSync, constants, openSync } from 'node:fs'
import { Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import type { FileOptions } from './file-writer.js'
import { nobodyReads, type TextWriter, writeError, writeText } from './line-writer.js'

/** A pipe without a reader is looked at so often. */
const LOOK_INTERVAL_MS = 50

/**
 * Text to a pipe that has a name. Neither its opening nor a write blocks a thread, which nothing could end but SIGKILL.
 */
export function namedPipeWriter(path: string, { giveUp, onWaiting }: FileOptions): TextWriter {
  let opened: Promise<Socket> | null = null
  const pipe = () => {
    opened ??= openWithReader(path, giveUp, onWaiting)
    return opened
  }
  return {
    append: async (text) => writeText(await pipe(), path, text, giveUp),
    complete: async (isWhole) => void (isWhole && (await pipe())),
    async close() {
      const socket = await opened?.catch(() => null)
      if (socket) return new Promise((resolve) => endSoon(socket, giveUp, resolve))
      // A reader who waits for a writer sees that there is nothing.
      const fd = openForWriting(path)
      if (fd !== null) closeSync(fd)
    },
  }
}

async function openWithReader(
  path: string,
  giveUp: AbortSignal | undefined,
  onWaiting: (() => void) | undefined,
): Promise<Socket> {
  for (let isFirst = true; ; isFirst = false) {
    const fd = openForWriting(path)
    if (fd !== null) {
      const socket = new Socket({ fd, readable: false, writable: true })
      return socket.on('error', () => {})
    }
    if (isFirst) onWaiting?.()
    await sleep(LOOK_INTERVAL_MS, undefined, { signal: giveUp }).catch(() => Promise.reject(nobodyReads(path)))
  }
}

/** Null where nobody reads. */
function openForWriting(path: string): number | null {
  try {
    return openSync(path, constants.O_WRONLY | constants.O_NONBLOCK)
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENXIO') return null
    throw writeError(path, cause, 'give --output another path')
  }
}

function endSoon(socket: Socket, giveUp: AbortSignal | undefined, done: () => void): void {
  // Its reader has gone.
  if (socket.destroyed) {
    done()
    return
  }
  const stop = () => socket.destroy()
  socket.once('close', () => {
    giveUp?.removeEventListener('abort', stop)
    done()
  })
  if (giveUp?.aborted) stop()
  giveUp?.addEventListener('abort', stop, { once: true })
  socket.end(stop)
}
