import { attendedPosition, attendedPositions } from '../attention/alignment.js'
import type { EngineRun } from '../model/engine-run.js'
import type { DecoderCache, EncodedAudio, WhisperModel } from '../model/model.js'
import type { WhisperTokenizer } from '../model/tokenizer.js'
import { decoderStep } from './decoder-step.js'
import type { KeptText } from './kept-text.js'
import { LogitRules } from './logit-rules.js'
import type { OpenText } from './open-text.js'
import { endOfSpokenRounds, maxTokensIn } from './repetition.js'
import { TermBias } from './term-bias.js'
import type { KeyTerms } from './term-spellings.js'

/**
 * Attention that jumps back by more than this, in positions of 20 ms, has lost its way: the text begins to repeat itself.
 * SimulStreaming allows 200; half a sentence can be said in those 4 s.
 */
const REWIND_POSITIONS = 75

/** How a window is decoded after a prefix. */
export interface PrefixDecodingOptions {
  /** Tokens of what was said before the audio; the last ones that fit are used. */
  readonly context: readonly number[]
  /** Tokens after start-of-transcript: language and task. */
  readonly taskTokens: readonly number[]
  /** Tokens of the audio's text that are final. */
  readonly prefix: readonly number[]
  /** Encoder positions that hold real audio. */
  readonly audioPositions: number
  /** The position that attention may reach at most. */
  readonly until: number
  /** Terms that are favored; null or absent: none. */
  readonly terms?: KeyTerms | null
  /** What of the text is in the cache, and is not fed again; absent: nothing, and nothing is kept. */
  readonly kept?: KeptText
  /** What probably follows the prefix, for a model that checks drafts; null or absent: nothing is known. */
  readonly open?: OpenText | null
  readonly run: EngineRun
}

/** The text after a prefix. */
export interface PrefixDecodingResult {
  /** The tokens after the prefix. */
  readonly tokens: readonly number[]
  readonly probabilities: readonly number[]
  /** The token that would have followed; null when the text is finished. */
  readonly next: number | null
  readonly ended: 'attention' | 'text' | 'stuck'
  /** Where the alignment heads look while each token of prefix and text is chosen, and at last `next`. */
  readonly attention: readonly Float32Array[]
  /** Probability that the audio has no speech; null where there is a prefix. */
  readonly noSpeechProbability: number | null
}

/**
 * Decodes greedily after a forced prefix until attention comes near the end of the audio: what is there may sound
 * different with more of it.
 *
 * Paper: Papi, Turchi, Negri 2023, "AlignAtt: Using Attention-based Audio-Translation Alignments as a Guide for
 * Simultaneous Speech Translation".
 */
export async function decodeAfterPrefix(
  model: WhisperModel,
  tokenizer: WhisperTokenizer,
  audio: EncodedAudio,
  cache: DecoderCache,
  options: PrefixDecodingOptions,
): Promise<PrefixDecodingResult> {
  const { special } = tokenizer
  const rules = new LogitRules(model.config, special, false)
  const beginning = [special.startOfTranscript, ...options.taskTokens, special.noTimestamps]
  const room = model.config.dims.textContext - beginning.length - options.prefix.length
  // More than can be said in the time is made up.
  const budget = Math.min(room - 1, maxTokensIn(options.audioPositions) - options.prefix.length)
  const context = options.context.slice(-Math.max(0, Math.min(model.config.dims.textContext / 2, room - budget) - 1))
  const previous = context.length > 0 ? [special.startOfPrevious, ...context] : []
  const isFirst = options.prefix.length === 0

  const text = [...options.prefix]
  const probabilities: number[] = []
  const attention: Float32Array[] = []
  const attendedAt = attendedPositions(attention, audio.positions, options.audioPositions)
  const isText = (token: number) => tokenizer.isText(token)
  const decoder = { model, audio, run: options.run }
  let noSpeechProbability: number | null = null
  let last = 0
  const head = [...previous, ...beginning]
  const known = [...head, ...options.prefix]
  const firstScores = isFirst ? previous.length : known.length - 1
  const keptTokens = options.kept?.take(known, firstScores) ?? 0
  attention.push(...(options.kept?.rows(head.length - 1, keptTokens, audio.positions, options.run.rows) ?? []))
  const guess = options.terms ? [] : (options.open?.after(options.prefix).slice(0, Math.max(0, budget)) ?? [])
  let fed = [...known.slice(keptTokens), ...guess]
  cache.truncate(keptTokens)
  const bias = options.terms ? new TermBias(options.terms, options.prefix) : null
  const shorten = (length: number) => {
    text.length = length
    probabilities.length = length - options.prefix.length
    // The row of the token that is replaced holds for the other one too.
    attention.length = Math.min(attention.length, length + 1)
  }
  const result = (ended: PrefixDecodingResult['ended'], next: number | null): PrefixDecodingResult => {
    // What follows a term that may not be whole is not known yet.
    const back = bias?.takeBack()
    const isCut = back && back.length < text.length
    if (isCut) shorten(back.length)
    const tokens = [...head, ...text].slice(0, cache.length)
    const { audioPositions } = options
    const { positions } = audio
    options.open?.remember(next === null ? [...text] : [...text, next])
    options.kept?.keep({ tokens, firstRow: head.length - 1, rows: attention, positions, audioPositions })
    return {
      tokens: text.slice(options.prefix.length),
      probabilities,
      next: isCut ? back.instead.token : next,
      ended,
      attention,
      noSpeechProbability,
    }
  }
  const wantsText = bias !== null
  const scoresStart = firstScores - keptTokens
  let step = await decoderStep(decoder, cache, { tokens: fed, scoresStart, isFirst: true, wantsText })
  if (isFirst) noSpeechProbability = rules.noSpeech(step.scores, 0)
  for (let token = Math.max(head.length - 1, keptTokens); token < known.length - 1; token++) {
    attention.push(step.attentionAt(token - keptTokens)!)
  }
  if (attention.length > 0) last = attendedPosition(attention.at(-1)!, audio.positions, options.audioPositions)
  for (let at = fed.length - guess.length - 1; ; ) {
    const row = step.attentionAt(at)!
    attention.push(row)
    const choice = rules.choose(step.scores, step.scores.rows - fed.length + at, text, bias)
    const back = bias?.take(choice)
    if (back) {
      shorten(back.length)
      cache.truncate(head.length + text.length)
      last = attendedPosition(attention.at(-1)!, audio.positions, options.audioPositions)
    }
    const { token, logProbability } = back?.instead ?? choice
    if (token === special.endOfText) return result('text', null)
    const position = back ? last : attendedPosition(row, audio.positions, options.audioPositions)
    if (position > options.until) return result('attention', token)
    if (last - position > REWIND_POSITIONS || probabilities.length >= budget) return result('stuck', token)
    last = position
    text.push(token)
    probabilities.push(Math.exp(logProbability))
    const kept = endOfSpokenRounds(text, { isText, attendedAt, audioPositions: options.audioPositions })
    if (kept !== null) {
      text.length = Math.max(kept, options.prefix.length)
      return result('stuck', null)
    }
    at++
    if (fed[at] === token) continue
    cache.truncate(head.length + text.length - 1)
    fed = [token]
    at = 0
    step = await decoderStep(decoder, cache, { tokens: fed, scoresStart: 0, isFirst: false, wantsText })
  }
}
