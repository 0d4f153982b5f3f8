import type { EngineRun } from '../model/engine-run.js'
import type { TokenScores } from '../model/logits.js'
import type { DecoderCache, EncodedAudio, WhisperModel } from '../model/model.js'
import type { RowMemory } from '../model/row-memory.js'

/** A model with the audio that it decodes, in one call of the engine. */
export interface DecoderContext {
  readonly model: WhisperModel
  readonly audio: EncodedAudio
  readonly run: EngineRun
}

/** What is asked of one call of the decoder. */
export interface StepRequest {
  /** The tokens to feed after those in the cache. */
  readonly tokens: readonly number[]
  /** Index into `tokens` of the first one whose scores are wanted. */
  readonly scoresStart: number
  /** Whether it is the first one for a window, for the statistics; where absent, one of an empty cache is. */
  readonly isFirst?: boolean
  /** Whether the logits of all text tokens are wanted too; false if absent. */
  readonly wantsText?: boolean
}

/** What the decoder says to the tokens that it was fed. */
export interface DecoderStep {
  /** A row for each token from `scoresStart` on. */
  readonly scores: TokenScores
  /**
   * Where the alignment heads look at one of the fed tokens, `[heads * positions]`; null when the model tells nothing. To be
   * asked for before the next step, and valid until the rows of the run are reset.
   * @param token index into the fed tokens
   */
  attentionAt(token: number): Float32Array | null
}

/** The step that greedy decoding, beams and AlignAtt share: feeds tokens, measured, unless the caller has aborted. */
export async function decoderStep(
  { model, audio, run }: DecoderContext,
  cache: DecoderCache,
  { tokens, scoresStart, isFirst = cache.length === 0, wantsText = false }: StepRequest,
): Promise<DecoderStep> {
  await run.pause()
  const stage = isFirst ? 'first call' : 'further calls'
  const { scores, alignment } = await run.clock.measure(stage, () =>
    model.decode(tokens, scoresStart, cache, audio, wantsText),
  )
  return {
    scores,
    attentionAt: (token) => alignment && attentionRow(alignment, token, tokens.length, audio.positions, run.rows),
  }
}

/** Row `token` of `[heads, tokens, positions]`, heads one after the other. */
export function attentionRow(
  alignment: Float32Array,
  token: number,
  tokens: number,
  positions: number,
  memory: RowMemory,
): Float32Array {
  const heads = alignment.length / (tokens * positions)
  const row = memory.take(heads * positions)
  for (let head = 0; head < heads; head++) {
    const from = (head * tokens + token) * positions
    row.set(alignment.subarray(from, from + positions), head * positions)
  }
  return row
}
