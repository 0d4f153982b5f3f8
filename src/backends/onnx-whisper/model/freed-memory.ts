import { MessageChannel } from 'node:worker_threads'

const { port1: nobody } = new MessageChannel()
nobody.close()

/**
 * Frees arrays at once, as `ArrayBuffer.prototype.transfer` does from Node 21 on: what is sent to a closed port is gone. For large
 * arrays that each call brings, since V8, which sees them pile up, would collect garbage in every call.
 */
export function freeFloats(arrays: readonly Float32Array[]): void {
  nobody.postMessage(
    null,
    arrays.map(({ buffer }) => buffer as ArrayBuffer),
  )
}
