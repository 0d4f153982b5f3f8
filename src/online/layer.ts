import type { ASRProcessor } from '../core/types.js'

/**
 * A processor that hands everything on to another one: what a layer around a processor begins with, and changes where it
 * has something to do. What the other one does not have, it does not have.
 */
export function layerOn(processor: ASRProcessor): ASRProcessor {
  return {
    init: (offset) => processor.init(offset),
    insertAudioChunk: (audio) => processor.insertAudioChunk(audio),
    processIter: (signal) => processor.processIter(signal),
    finish: (signal) => processor.finish(signal),
    ...(processor.resume && { resume: (offset: number) => processor.resume?.(offset) }),
    ...(processor.giveUp && { giveUp: (reason: string) => processor.giveUp!(reason) }),
    unconfirmed: () => processor.unconfirmed?.() ?? null,
    hasMore: () => processor.hasMore?.() ?? false,
    close: async () => processor.close?.(),
  }
}
