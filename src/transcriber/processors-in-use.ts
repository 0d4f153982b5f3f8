import { BackendError } from '../core/errors.js'
import type { ASRProcessor } from '../core/types.js'

const inUse = new WeakSet<ASRProcessor>()

/** Whether a stream has a processor of a backend that has not ended. */
export function isInUse(processor: ASRProcessor): boolean {
  return inUse.has(processor)
}

/**
 * A processor keeps the audio of one stream: a second one would put its words under those of the first.
 *
 * @throws BackendError when a stream is using it
 */
export function checkFree(processor: ASRProcessor, backend: string): void {
  if (!isInUse(processor)) return
  throw new BackendError(`the backend "${backend}" gives a processor that another stream is still using`, {
    hint: 'its load() must create a new processor for each stream; they may share a model',
  })
}

/**
 * Takes a processor of a backend for a stream.
 *
 * @returns what lets go of it when the stream has ended; again: nothing
 * @throws as `checkFree`
 */
export function takeForStream(processor: ASRProcessor, backend: string): () => void {
  checkFree(processor, backend)
  inUse.add(processor)
  let isTaken = true
  return () => {
    if (isTaken) inUse.delete(processor)
    isTaken = false
  }
}
