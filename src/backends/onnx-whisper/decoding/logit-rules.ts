import { BEST_TOKENS, logAdd, logSumExp, type TokenScores } from '../model/logits.js'
import type { WhisperModelConfig } from '../model/model.js'
import type { SpecialTokens } from '../model/tokenizer.js'

/** The first timestamp is at most one second in: 50 steps of 0.02 s. */
const MAX_INITIAL_TIMESTAMP_STEPS = 50
/** Tokens with a smaller logarithm of their probability are neither drawn nor followed. */
const NEGLIGIBLE = -16

/** A token and the logarithm of its probability among those that may be sampled. */
export interface Choice {
  readonly token: number
  readonly logProbability: number
  /** What would have been chosen if no term were favored, where that is another token. */
  readonly instead?: Choice
}

/** Tokens that are favored. */
export interface Favor {
  /**
   * The text token to take where the likeliest token is one of text.
   * @param logits rows of logits of all text tokens
   * @param row where the row starts in them
   */
  favored(logits: Float32Array, row: number, likeliest: number): number
}

/** A choice with what ranks it before others. */
export interface Ranked extends Choice {
  readonly boost: number
}

/** Boosts of a text with one more token. */
export interface Boosts {
  /** The tokens that may have more than others. */
  next(): Iterable<number>
  /** Terms that are not whole count as well. */
  boostOf(token: number): number
  /** The boosts of the text alone. */
  readonly whole: number
}

/** What may be sampled next. */
interface Allowed {
  readonly text: boolean
  readonly endOfText: boolean
  /** Timestamps from this id to before the other. */
  readonly from: number
  readonly to: number
}

/**
 * Whisper's rules for the next token, and the choice under them: no blank first; timestamps come in pairs (but for the end), do not go
 * back, and win where together they outweigh every word.
 *
 * Ref: openai-whisper decoding.py SuppressBlank, ApplyTimestampRules, GreedyDecoder.
 */
export class LogitRules {
  readonly #special: SpecialTokens
  readonly #notFirst: ReadonlySet<number>
  readonly #timestamps: boolean
  readonly #end: number

  constructor({ beginSuppressTokens, dims }: WhisperModelConfig, special: SpecialTokens, timestamps: boolean) {
    this.#special = special
    this.#notFirst = new Set(beginSuppressTokens)
    this.#timestamps = timestamps
    this.#end = dims.vocabulary
  }

  /**
   * Chooses by a row of scores what follows the tokens that were sampled so far.
   * @param favor text that is favored over other text, never over timestamps and end-of-text; it needs scores with the
   *   logits of all text tokens. Probabilities are those without it.
   */
  choose(scores: TokenScores, row: number, sampled: readonly number[], favor: Favor | null = null): Choice {
    const { text, endOfText, timestamps, total } = this.#distribution(scores, row, sampled)
    const candidates = [timestamps, endOfText, text]
    const best = candidates.reduce((one, other) => (other.logit >= one.logit ? other : one))
    const choice = { token: best.token, logProbability: best.logit - total }
    if (favor === null || best !== text) return choice
    const logits = scores.text!
    const token = favor.favored(logits, row * this.#end, best.token)
    if (token === best.token) return choice
    return { token, logProbability: logits[row * this.#end + token]! - total, instead: choice }
  }

  /**
   * The likeliest tokens to follow, the best first, by a row of scores that has the logits of all text tokens.
   * @param boosts what is added to logarithms of probabilities to rank tokens; text is favored where a token of text is the
   *   likeliest
   */
  likeliest(
    scores: TokenScores,
    row: number,
    sampled: readonly number[],
    count: number,
    boosts: Boosts | null = null,
  ): readonly Ranked[] {
    const all = this.#candidates(scores, row, sampled)
    const best = firstOf(all, count)
    if (boosts === null) return best.map((choice) => ({ ...choice, boost: 0 }))
    const favors = (best[0]?.token ?? this.#end) < this.#special.endOfText
    // All others have the same boost, so that the likeliest of them are enough.
    const favored = new Set(favors ? boosts.next() : [])
    for (const { token } of best) favored.delete(token)
    const ranked = [...best, ...all.filter(({ token }) => favored.has(token))].map((choice) => ({
      ...choice,
      boost: favors ? boosts.boostOf(choice.token) : boosts.whole,
    }))
    return ranked
      .sort((one, other) => other.logProbability + other.boost - (one.logProbability + one.boost))
      .slice(0, count)
  }

  /**
   * Draws a token at a temperature.
   * @param random in [0, 1)
   */
  draw(scores: TokenScores, row: number, sampled: readonly number[], temperature: number, random: number): Choice {
    const all = this.#candidates(scores, row, sampled)
    const weights = all.map(({ logProbability }) => Math.exp(logProbability / temperature))
    let left = random * weights.reduce((sum, weight) => sum + weight, 0)
    for (const [at, weight] of weights.entries()) {
      left -= weight
      if (left < 0) return all[at]!
    }
    return all[0]!
  }

  #distribution(scores: TokenScores, row: number, sampled: readonly number[]): Distribution {
    const allowed = this.#allowed(sampled)
    const tail = this.#tail(scores, row)
    const timestamps = this.#bestTimestamp(tail, allowed)
    const logit = allowed.endOfText ? tail[0]! : Number.NEGATIVE_INFINITY
    const endOfText = { token: this.#special.endOfText, logit, logSum: logit }
    const text = allowed.text ? this.#bestText(scores, row, sampled.length === 0) : NOTHING
    if (timestamps.logSum > Math.max(text.logit, endOfText.logit)) {
      return { text: NOTHING, endOfText: NOTHING, timestamps, total: timestamps.logSum, allowed }
    }
    const total = logAdd(logAdd(text.logSum, endOfText.logSum), timestamps.logSum)
    return { text, endOfText, timestamps, total, allowed }
  }

  #candidates(scores: TokenScores, row: number, sampled: readonly number[]): Choice[] {
    const { text, endOfText, timestamps, total, allowed } = this.#distribution(scores, row, sampled)
    const found: Choice[] = []
    const add = (token: number, logit: number) => {
      if (logit - total > NEGLIGIBLE) found.push({ token, logProbability: logit - total })
    }
    if (text !== NOTHING) {
      const size = this.#end
      const logits = scores.text!.subarray(row * size, row * size + this.#special.endOfText)
      for (let token = 0; token < logits.length; token++) {
        if (logits[token]! - total > NEGLIGIBLE && !(sampled.length === 0 && this.#notFirst.has(token))) {
          add(token, logits[token]!)
        }
      }
    }
    if (endOfText !== NOTHING) add(endOfText.token, endOfText.logit)
    if (timestamps !== NOTHING) {
      const tail = this.#tail(scores, row)
      for (let token = allowed.from; token < allowed.to; token++) add(token, tail[token - this.#special.endOfText]!)
    }
    return found
  }

  /** Probability that a window has no speech, by the row of start-of-transcript. */
  noSpeech(scores: TokenScores, row: number): number {
    const tail = this.#tail(scores, row)
    const total = logAdd(scores.textLogSums[row]!, logSumExp(tail, 0, tail.length))
    return Math.exp(tail[this.#special.noSpeech - this.#special.endOfText]! - total)
  }

  #tail({ tail, rows }: TokenScores, row: number): Float32Array {
    const size = tail.length / rows
    return tail.subarray(row * size, (row + 1) * size)
  }

  #allowed(sampled: readonly number[]): Allowed {
    const { firstTimestamp } = this.#special
    if (!this.#timestamps) return { text: true, endOfText: sampled.length > 0, from: this.#end, to: this.#end }
    if (sampled.length === 0) {
      return {
        text: false,
        endOfText: false,
        from: firstTimestamp,
        to: firstTimestamp + MAX_INITIAL_TIMESTAMP_STEPS + 1,
      }
    }
    const isTimestamp = (token: number | undefined) => token !== undefined && token >= firstTimestamp
    const behindTimestamp = isTimestamp(sampled.at(-1))
    const openPair = behindTimestamp && sampled.length >= 2 && !isTimestamp(sampled.at(-2))
    if (behindTimestamp && !openPair) return { text: true, endOfText: true, from: this.#end, to: this.#end }
    const latest = sampled.findLast(isTimestamp)
    const from = latest === undefined ? firstTimestamp : openPair ? latest : latest + 1
    return { text: !openPair, endOfText: true, from, to: this.#end }
  }

  #bestText({ best, bestLogits, textLogSums }: TokenScores, row: number, isFirst: boolean): Candidate {
    const at = row * BEST_TOKENS
    const skipped = isFirst && this.#notFirst.has(best[at]!)
    const logSum = textLogSums[row]!
    if (!skipped) return { token: best[at]!, logit: bestLogits[at]!, logSum }
    const rest = Math.log(Math.max(Number.EPSILON, -Math.expm1(bestLogits[at]! - logSum)))
    return { token: best[at + 1]!, logit: bestLogits[at + 1]!, logSum: logSum + rest }
  }

  #bestTimestamp(tail: Float32Array, { from, to }: Allowed): Candidate {
    if (from >= to) return NOTHING
    const { endOfText } = this.#special
    let token = from
    for (let id = from + 1; id < to; id++) if (tail[id - endOfText]! > tail[token - endOfText]!) token = id
    return { token, logit: tail[token - endOfText]!, logSum: logSumExp(tail, from - endOfText, to - endOfText) }
  }
}

/** The likeliest of many, in order; of two alike the one that comes first. */
function firstOf(choices: readonly Choice[], count: number): readonly Choice[] {
  const first: Choice[] = []
  for (const choice of choices) {
    const least = first[count - 1]
    if (least !== undefined && choice.logProbability <= least.logProbability) continue
    let at = first.length
    while (at > 0 && first[at - 1]!.logProbability < choice.logProbability) at--
    first.splice(at, 0, choice)
    if (first.length > count) first.pop()
  }
  return first
}

/** Text, end-of-text and timestamps where they are allowed, and the logarithm of the sum over all of them. */
interface Distribution {
  readonly text: Candidate
  readonly endOfText: Candidate
  readonly timestamps: Candidate
  readonly total: number
  readonly allowed: Allowed
}

interface Candidate {
  readonly token: number
  readonly logit: number
  readonly logSum: number
}

const NOTHING: Candidate = { token: -1, logit: Number.NEGATIVE_INFINITY, logSum: Number.NEGATIVE_INFINITY }
