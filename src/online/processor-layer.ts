import type { ASRProcessor, Effort } from '../core/types.js'

/**
 * A processor that hands everything on to another one: what a layer around a processor begins with, and changes where it
 * has something to do. What the other one does not have, it does not have.
 *
 * @param onBegin called before the stream begins, and before it goes on elsewhere, with the second at which it does
 */
export function layerOn(processor: ASRProcessor, onBegin: (offset: number) => void = () => {}): ASRProcessor {
  return {
    init(offset = 0) {
      onBegin(offset)
      processor.init(offset)
    },
    insertAudioChunk: (audio) => processor.insertAudioChunk(audio),
    processIter: (signal) => processor.processIter(signal),
    finish: (signal) => processor.finish(signal),
    ...(processor.resume && {
      resume(offset: number) {
        onBegin(offset)
        processor.resume?.(offset)
      },
    }),
    ...(processor.giveUp && { giveUp: (reason: string) => processor.giveUp!(reason) }),
    ...(processor.setEffort && { setEffort: (effort: Effort) => processor.setEffort!(effort) }),
    unconfirmed: () => processor.unconfirmed?.() ?? null,
    utteranceEnd: () => processor.utteranceEnd?.() ?? null,
    hasMore: () => processor.hasMore?.() ?? false,
    close: async () => processor.close?.(),
  }
}
