import { splitSegments, TIMESTAMP_STEP_SEC } from './segments.js'

/** What a text will probably be. */
export interface Draft {
  /** Text and timestamp tokens. */
  readonly tokens: readonly number[]
  /** So many of them are certain, and are not checked. */
  readonly held: number
  /** Probabilities of those. */
  readonly probabilities: readonly number[]
}

/** Nothing is known. */
export const NO_DRAFT: Draft = { tokens: [], held: 0, probabilities: [] }

/** How far a segment's start may lie before the new start of the audio and still count as inside. */
const SLACK_STEPS = 10

/**
 * The last hypothesis as a draft of the next one: when audio was cut off in front, segments that are gone are left out
 * and timestamps move.
 *
 * @param tokens text and timestamp tokens of the last hypothesis
 * @param cutSec seconds by which the audio begins later than it did
 * @param firstTimestamp id of the token of 0.00 s
 */
export function shiftedDraft(tokens: readonly number[], cutSec: number, firstTimestamp: number): readonly number[] {
  if (cutSec === 0) return tokens
  const steps = Math.round(cutSec / TIMESTAMP_STEP_SEC)
  const kept = splitSegments(tokens, firstTimestamp).find(
    ({ begin }) => begin / TIMESTAMP_STEP_SEC > steps - SLACK_STEPS,
  )
  if (!kept) return []
  const from = tokens[kept.from - 1] !== undefined ? kept.from - 1 : kept.from
  return tokens.slice(from).map((token) => (token < firstTimestamp ? token : Math.max(firstTimestamp, token - steps)))
}
