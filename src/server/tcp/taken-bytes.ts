import type { Socket } from 'node:net'
import { PassThrough } from 'node:stream'

/** What a client sends, and how much of it was taken by a certain time. */
export interface TakenBytes {
  /** Through a stream of their own, so that the end of listening does not end the sending of lines. */
  readonly bytes: PassThrough
  /** How often as much had come as was taken when the signal was aborted; what the network still held does not count. */
  readonly ratio: number
  /** Stops watching for the signal. */
  stop(): void
}

/** Takes what a socket receives, and counts at the signal what was not taken until then. */
export function takenBytes(socket: Socket, signal: AbortSignal): TakenBytes {
  const bytes = new PassThrough()
  socket.once('close', () => bytes.end())
  socket.once('error', (error) => bytes.destroy(error))
  socket.pipe(bytes)
  let ratio = 1
  const count = () => {
    const waiting = socket.readableLength + bytes.readableLength + bytes.writableLength
    const taken = socket.bytesRead - waiting
    if (taken > 0) ratio = socket.bytesRead / taken
  }
  signal.addEventListener('abort', count, { once: true })
  return {
    bytes,
    get ratio() {
      return ratio
    },
    stop: () => signal.removeEventListener('abort', count),
  }
}
