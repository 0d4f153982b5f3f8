import type { WhisperModelConfig } from './model.js'

/** How late the words of checkpoints are that were measured against forced alignment (docs/confidence.md). */
const MEASURED = [
  { name: 'tiny.en', textLayers: 4, textState: 384, multilingual: false, sec: 0.1 },
  { name: 'base', textLayers: 6, textState: 512, multilingual: true, sec: -0.05 },
]

/**
 * By how much the alignment heads of a model are late from one word to the next, in the median, in seconds; negative: early.
 * Of a model that was not measured: 0.
 */
export function wordDelayOf({ dims, multilingual, alignmentHeads }: WhisperModelConfig): number {
  if (alignmentHeads.length === 0) return 0
  const measured = MEASURED.find(
    (one) =>
      one.textLayers === dims.textLayers && one.textState === dims.textState && one.multilingual === multilingual,
  )
  return measured?.sec ?? 0
}
