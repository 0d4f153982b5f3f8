import type { ConfidenceMap } from '../model/model.js'
import type { WhisperTokenizer } from '../model/tokenizer.js'

/** For models that do not bring a map: fitted to the words of tiny.en and base together, see docs/confidence.md. */
export const GENERAL_CONFIDENCE: ConfidenceMap = { scale: 0.83, offset: 0.65 }

/** Nothing is surer than this, or less sure than what is missing to 1: probabilities are rounded, and log odds have no end. */
const SUREST = 0.9999
const SPELLS = /[^\s\p{P}\p{S}]/u

/**
 * The probability of a word as it is spelt: of all its tokens one after the other. Signs do not count, because a comma that is not
 * there makes no other word, unless there is nothing else.
 *
 * @param tokens of the word
 * @param probabilities of each
 */
export function spellingProbability(
  tokens: readonly number[],
  probabilities: readonly number[],
  tokenizer: WhisperTokenizer,
): number {
  const spells = tokens.map((token) => SPELLS.test(tokenizer.decode([token])))
  const counts = spells.includes(true) ? spells : spells.map(() => true)
  return probabilities.reduce((product, one, at) => (counts[at] ? product * one : product), 1)
}

/** How likely it is that a word is right, by its tokens and the probability of each. */
export function wordConfidence(
  tokens: readonly number[],
  probabilities: readonly number[],
  tokenizer: WhisperTokenizer,
  map: ConfidenceMap = GENERAL_CONFIDENCE,
): number {
  return calibrated(spellingProbability(tokens, probabilities, tokenizer), map)
}

/**
 * How likely it is that a word is right.
 * @param probability of its spelling
 */
export function calibrated(probability: number, { scale, offset }: ConfidenceMap): number {
  const sure = Math.min(SUREST, Math.max(1 - SUREST, probability))
  return 1 / (1 + Math.exp(-scale * Math.log(sure / (1 - sure)) - offset))
}
