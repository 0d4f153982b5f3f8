import { type AlignmentStep, align } from '../errors/alignment.js'

/** Something with a start, in seconds. */
interface Timed {
  readonly text: string
  readonly start: number
}

/**
 * When the words of a normalized text are, by the timed words that they come from. Words that were changed have the time of
 * the word before.
 */
export function startsOf(words: readonly string[], timed: readonly Timed[]): readonly number[] {
  const starts = new Array<number>(words.length)
  let last = timed[0]?.start ?? 0
  const texts = timed.map(({ text }) => text)
  for (const step of align(words, texts)) {
    const start = timed[step.recognized]?.start
    if (step.kind !== 'deletion' && start !== undefined) last = start
    if (step.kind !== 'insertion') starts[step.said] = last
  }
  return starts
}

/** The second at which a step of an alignment is, by the times of the reference, else by those of what was recognized. */
export function placesOf(
  saidStarts: readonly number[],
  recognizedStarts: readonly number[],
): (step: AlignmentStep) => number | null {
  return ({ kind, said, recognized }) => {
    const bySaid = kind === 'insertion' ? (saidStarts[said - 1] ?? saidStarts[said]) : saidStarts[said]
    const byRecognized = kind === 'deletion' ? recognizedStarts[recognized - 1] : recognizedStarts[recognized]
    return (kind === 'insertion' ? (byRecognized ?? bySaid) : (bySaid ?? byRecognized)) ?? null
  }
}
