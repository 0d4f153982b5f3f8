import { constants, openSync } from 'node:fs'
import { stat } from 'node:fs/promises'
import { Socket } from 'node:net'
import { InputError, messageOf } from '../../core/errors.js'
import { readableBytes } from './readable-bytes.js'

/** Whether a path is a pipe, as `<(command)` of a shell is. What cannot be looked at is none. */
export async function isPipe(path: string): Promise<boolean> {
  const status = await stat(path).catch(() => null)
  return status?.isFIFO() ?? false
}

/**
 * What is written into a pipe that has a name.
 * @throws InputError when it cannot be opened
 */
export function openPipe(path: string): (signal?: AbortSignal) => AsyncIterable<Uint8Array> {
  let fd: number
  try {
    // Blocking, the opening would wait for a writer and could not be interrupted.
    fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
  } catch (cause) {
    throw new InputError(`${path} cannot be opened: ${messageOf(cause)}`, { cause, hint: 'check that you may read it' })
  }
  const socket = new Socket({ fd, readable: true, writable: false })
  return (signal) => readableBytes(socket, signal)
}
