import type { WhisperModelConfig } from './model.js'
import type { SpecialTokens, WhisperTokenizer } from './tokenizer.js'

/** Takes choices away: sets logits of tokens that may not be sampled next to minus infinity. */
export type LogitFilter = (logits: Float32Array, sampled: readonly number[]) => void

/** The first timestamp is at most one second in: 50 steps of 0.02 s. */
const MAX_INITIAL_TIMESTAMP_STEPS = 50

/**
 * Whisper's filters in order: blanks, suppression list, timestamp rules.
 *
 * Ref: openai-whisper decoding.py SuppressBlank, SuppressTokens, ApplyTimestampRules.
 */
export function whisperFilters(
  config: WhisperModelConfig,
  { special }: WhisperTokenizer,
  timestamps: boolean,
): readonly LogitFilter[] {
  const always = timestamps ? config.suppressTokens : [...config.suppressTokens, special.noTimestamps]
  const filters = [suppressAtBegin(config.beginSuppressTokens), suppress(always)]
  return [...filters, timestamps ? timestampRules(special) : suppressFrom(special.firstTimestamp)]
}

function suppress(tokens: readonly number[]): LogitFilter {
  return (logits) => {
    for (const token of tokens) logits[token] = Number.NEGATIVE_INFINITY
  }
}

function suppressAtBegin(tokens: readonly number[]): LogitFilter {
  const all = suppress(tokens)
  return (logits, sampled) => {
    if (sampled.length === 0) all(logits, sampled)
  }
}

function suppressFrom(first: number): LogitFilter {
  return (logits) => {
    logits.fill(Number.NEGATIVE_INFINITY, first)
  }
}

/** Timestamps come in pairs (but for the end), do not go back, and win where together they outweigh every word. */
function timestampRules({ endOfText, noTimestamps, firstTimestamp }: SpecialTokens): LogitFilter {
  const isTimestamp = (token: number | undefined) => token !== undefined && token >= firstTimestamp
  return (logits, sampled) => {
    logits[noTimestamps] = Number.NEGATIVE_INFINITY
    const lastIsTimestamp = isTimestamp(sampled.at(-1))
    const openPair = lastIsTimestamp && sampled.length >= 2 && !isTimestamp(sampled.at(-2))
    if (openPair) logits.fill(Number.NEGATIVE_INFINITY, 0, endOfText)
    else if (lastIsTimestamp) logits.fill(Number.NEGATIVE_INFINITY, firstTimestamp)

    const latest = sampled.findLast(isTimestamp)
    if (latest !== undefined) logits.fill(Number.NEGATIVE_INFINITY, firstTimestamp, openPair ? latest : latest + 1)

    if (sampled.length === 0) {
      logits.fill(Number.NEGATIVE_INFINITY, 0, firstTimestamp)
      logits.fill(Number.NEGATIVE_INFINITY, firstTimestamp + MAX_INITIAL_TIMESTAMP_STEPS + 1)
    }
    if (logSumExp(logits, firstTimestamp, logits.length) > maximum(logits, 0, firstTimestamp)) {
      logits.fill(Number.NEGATIVE_INFINITY, 0, firstTimestamp)
    }
  }
}

/** The largest value of `values` from `from` to before `to`. */
export function maximum(values: Float32Array, from: number, to: number): number {
  let most = Number.NEGATIVE_INFINITY
  for (let i = from; i < to; i++) if (values[i]! > most) most = values[i]!
  return most
}

/** What is this far below the largest logit adds nothing to a sum of exponentials in double precision. */
const NEGLIGIBLE = 40

/** Logarithm of the sum of exponentials from `from` to before `to`. */
export function logSumExp(values: Float32Array, from: number, to: number): number {
  const most = maximum(values, from, to)
  if (most === Number.NEGATIVE_INFINITY) return most
  let sum = 0
  for (let i = from; i < to; i++) {
    const difference = values[i]! - most
    if (difference > -NEGLIGIBLE) sum += Math.exp(difference)
  }
  return most + Math.log(sum)
}
