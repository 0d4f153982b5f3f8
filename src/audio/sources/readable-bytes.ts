import type { Readable } from 'node:stream'

/** What is on its way when listening is stopped may still come in this time. */
const GRACE_MS = 100

/**
 * The bytes of a Node stream. Aborting ends them soon after, without an error; however they end, the stream is closed.
 */
export async function* readableBytes(stream: Readable, signal?: AbortSignal): AsyncGenerator<Uint8Array> {
  const closeSoon = () => setTimeout(() => stream.destroy(), GRACE_MS)
  signal?.addEventListener('abort', closeSoon, { once: true })
  try {
    if (signal?.aborted) return
    for await (const chunk of stream) {
      yield chunk as Uint8Array
    }
  } catch (error) {
    if (!signal?.aborted) throw error
  } finally {
    signal?.removeEventListener('abort', closeSoon)
    stream.destroy()
  }
}
