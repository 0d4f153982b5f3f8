/** A run of tokens between timestamps. `from` to before `to` count in the window's tokens; times are seconds. */
export interface TokenSegment {
  readonly begin: number
  /** null when the model has not closed the segment. */
  readonly end: number | null
  readonly from: number
  readonly to: number
}

/** Seconds from one timestamp token to the next. */
export const TIMESTAMP_STEP_SEC = 0.02

/**
 * Cuts a window's tokens at its timestamps. Tokens without any are one open segment from 0.
 *
 * @param firstTimestamp id of the token of 0.00 s
 */
export function splitSegments(tokens: readonly number[], firstTimestamp: number): readonly TokenSegment[] {
  const segments: TokenSegment[] = []
  let begin = 0
  let from = 0
  for (const [at, token] of tokens.entries()) {
    if (token < firstTimestamp) continue
    const time = (token - firstTimestamp) * TIMESTAMP_STEP_SEC
    if (at > from) segments.push({ begin, end: time, from, to: at })
    begin = time
    from = at + 1
  }
  if (from < tokens.length) segments.push({ begin, end: null, from, to: tokens.length })
  return segments
}

/**
 * Where a text says that speech goes on which it has not: it ends with two timestamps, the second of which begins a segment.
 *
 * Ref: openai-whisper transcribe.py, which decodes from there on.
 *
 * @param firstTimestamp id of the token of 0.00 s
 * @returns seconds from the start of the window; null: nothing goes on
 */
export function goesOnFrom(tokens: readonly number[], firstTimestamp: number): number | null {
  const [end = 0, begin = 0] = tokens.slice(-2)
  return end < firstTimestamp || begin < firstTimestamp ? null : (begin - firstTimestamp) * TIMESTAMP_STEP_SEC
}
