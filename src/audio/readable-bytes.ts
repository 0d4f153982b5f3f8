import type { Readable } from 'node:stream'

/** The bytes of a Node stream. Aborting ends them at once, without an error; however they end, the stream is closed. */
export async function* readableBytes(stream: Readable, signal?: AbortSignal): AsyncGenerator<Uint8Array> {
  const close = () => stream.destroy()
  signal?.addEventListener('abort', close, { once: true })
  try {
    if (signal?.aborted) return
    for await (const chunk of stream) yield chunk as Uint8Array
  } catch (error) {
    if (!signal?.aborted) throw error
  } finally {
    signal?.removeEventListener('abort', close)
    close()
  }
}
