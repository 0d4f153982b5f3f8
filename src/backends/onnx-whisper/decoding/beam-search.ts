import { attendedPositions } from '../attention/alignment.js'
import type { DecoderCache, EncodedAudio, WhisperModel } from '../model/model.js'
import type { WhisperTokenizer } from '../model/tokenizer.js'
import { decoderStep } from './decoder-step.js'
import { type DecodingOptions, type DecodingResult, decodingStart } from './decoding.js'
import { LogitRules } from './logit-rules.js'
import { endOfSpokenRounds } from './repetition.js'
import { TermWalk } from './term-walk.js'

/** A text that is followed. */
interface Beam {
  readonly tokens: readonly number[]
  readonly probabilities: readonly number[]
  readonly attention: readonly Float32Array[]
  readonly logProbability: number
  /** Boosts of the terms in it that are whole; what a term has that is not yet whole only ranks it among the others. */
  readonly boost: number
  /** Null: no terms are favored. */
  readonly walk: TermWalk | null
  readonly cache: DecoderCache
}

/** A token that may follow a text. */
interface Follower {
  readonly beam: Beam
  readonly token: number
  readonly sum: number
  /** With the boosts of terms, whole ones and others. */
  readonly rank: number
  readonly row: Float32Array | null
}

/**
 * Decodes one window by following several texts at once; the likeliest one for its length wins.
 *
 * Ref: openai-whisper decoding.py BeamSearchDecoder, MaximumLikelihoodRanker.
 *
 * @param caches `beams` of them, emptied before use
 */
export async function beamSearch(
  model: WhisperModel,
  tokenizer: WhisperTokenizer,
  audio: EncodedAudio,
  caches: readonly DecoderCache[],
  options: DecodingOptions,
): Promise<DecodingResult> {
  const beams = caches.length
  const rules = new LogitRules(model.config, tokenizer.special, options.timestamps)
  const { prefix, startOfTranscript, maxTokens } = decodingStart(model, tokenizer, options)
  const { endOfText } = tokenizer.special
  const context = { model, audio, run: options.run }
  for (const cache of caches) cache.truncate(0)
  const spare: DecoderCache[] = caches.slice(1)
  const walk = options.terms ? new TermWalk(options.terms) : null
  const nothing = { tokens: [], probabilities: [], attention: [], logProbability: 0, boost: 0 }
  let open: Beam[] = [{ ...nothing, walk, cache: caches[0]! }]
  const finished: Beam[] = []
  let noSpeechProbability = 0
  for (let step = 0; step < maxTokens && open.length > 0 && finished.length < beams; step++) {
    const next: Follower[] = []
    for (const beam of open) {
      const tokens = step === 0 ? prefix : beam.tokens.slice(-1)
      const scoresStart = step === 0 ? startOfTranscript : 0
      const { scores, attentionAt } = await decoderStep(context, beam.cache, { tokens, scoresStart, wantsText: true })
      if (step === 0) noSpeechProbability = rules.noSpeech(scores, 0)
      const row = attentionAt(tokens.length - 1)
      const choices = options.run.clock.measure('sampling', () =>
        rules.likeliest(scores, scores.rows - 1, beam.tokens, beams + 1, beam.walk),
      )
      for (const { token, logProbability, boost } of choices) {
        const sum = beam.logProbability + logProbability
        next.push({ beam, token, sum, rank: sum + boost, row })
      }
    }
    next.sort((one, other) => other.rank - one.rank)
    const chosen: Omit<Beam, 'cache'>[] = []
    const parents: Beam[] = []
    for (const { beam, token, sum, row } of next) {
      const attention = row ? [...beam.attention, row] : beam.attention
      if (token === endOfText) {
        if (finished.length < beams) finished.push({ ...beam, attention, logProbability: sum })
      } else {
        const probabilities = [...beam.probabilities, Math.exp(sum - beam.logProbability)]
        const walk = beam.walk?.after(token) ?? null
        const tokens = [...beam.tokens, token]
        chosen.push({ tokens, probabilities, attention, logProbability: sum, boost: walk?.whole ?? 0, walk })
        parents.push(beam)
      }
      if (chosen.length === beams) break
    }
    open = withCaches(chosen, parents, open, spare)
  }
  const best = likeliestForLength([...finished, ...(finished.length < beams ? open : [])])
  const kept = lengthWithoutLoop(best, tokenizer, audio.positions, options.audioPositions)
  return {
    tokens: best.tokens.slice(0, kept),
    probabilities: best.probabilities.slice(0, kept),
    attention: best.attention,
    averageLogProbability: best.logProbability / (best.tokens.length + 1),
    noSpeechProbability,
    looped: kept < best.tokens.length,
  }
}

/** A text that runs into a loop is good up to the last round that was spoken. */
function lengthWithoutLoop(
  { tokens, attention }: Beam,
  tokenizer: WhisperTokenizer,
  positions: number,
  audioPositions = positions,
): number {
  const attendedAt = attention.length > 0 ? attendedPositions(attention, positions, audioPositions) : null
  const isText = (token: number) => tokenizer.isText(token)
  for (let length = 1; length <= tokens.length; length++) {
    const kept = endOfSpokenRounds(tokens.slice(0, length), { isText, attendedAt, audioPositions })
    if (kept !== null) return kept
  }
  return tokens.length
}

/** Each text gets a cache: the first that comes of a beam keeps the beam's own, the others get copies. */
function withCaches(
  texts: readonly Omit<Beam, 'cache'>[],
  parents: readonly Beam[],
  before: readonly Beam[],
  spare: DecoderCache[],
): Beam[] {
  for (const beam of before) if (!parents.includes(beam)) spare.push(beam.cache)
  const kept = new Set<Beam>()
  return texts.map((text, at) => {
    const parent = parents[at]!
    if (!kept.has(parent)) {
      kept.add(parent)
      return { ...text, cache: parent.cache }
    }
    const cache = spare.pop()!
    cache.copyFrom(parent.cache)
    return { ...text, cache }
  })
}

function likeliestForLength(beams: readonly Beam[]): Beam {
  const score = ({ logProbability, boost, tokens }: Beam) => (logProbability + boost) / Math.max(1, tokens.length)
  return beams.reduce((best, beam) => (score(beam) > score(best) ? beam : best))
}
