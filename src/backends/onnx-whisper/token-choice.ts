import type { WhisperModelConfig } from './model.js'
import { BEST_TOKENS, logAdd, logSumExp, type TokenScores } from './token-scores.js'
import type { SpecialTokens } from './tokenizer.js'

/** The first timestamp is at most one second in: 50 steps of 0.02 s. */
const MAX_INITIAL_TIMESTAMP_STEPS = 50

/** A token and the logarithm of its probability among those that may be sampled. */
export interface Choice {
  readonly token: number
  readonly logProbability: number
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
 * Chooses tokens greedily under Whisper's rules: no blank first; timestamps come in pairs (but for the end), do not go
 * back, and win where together they outweigh every word.
 *
 * Ref: openai-whisper decoding.py SuppressBlank, ApplyTimestampRules, GreedyDecoder.
 */
export class TokenChooser {
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

  /** Chooses by a row of scores what follows the tokens that were sampled so far. */
  choose(scores: TokenScores, row: number, sampled: readonly number[]): Choice {
    const allowed = this.#allowed(sampled)
    const tail = this.#tail(scores, row)
    const timestamps = this.#bestTimestamp(tail, allowed)
    const endOfText = allowed.endOfText ? tail[0]! : Number.NEGATIVE_INFINITY
    const text = allowed.text ? this.#bestText(scores, row, sampled.length === 0) : NOTHING
    if (timestamps.logSum > Math.max(text.logit, endOfText)) {
      return { token: timestamps.token, logProbability: timestamps.logit - timestamps.logSum }
    }
    const total = logAdd(logAdd(text.logSum, endOfText), timestamps.logSum)
    const [token, logit] = text.logit >= endOfText ? [text.token, text.logit] : [this.#special.endOfText, endOfText]
    return timestamps.logit > logit
      ? { token: timestamps.token, logProbability: timestamps.logit - total }
      : { token, logProbability: logit - total }
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

interface Candidate {
  readonly token: number
  readonly logit: number
  readonly logSum: number
}

const NOTHING: Candidate = { token: -1, logit: Number.NEGATIVE_INFINITY, logSum: Number.NEGATIVE_INFINITY }
