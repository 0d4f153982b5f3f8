import { align, countErrors, errorRate, sumOfErrors } from '../src/evaluation/errors/alignment.js'
import type { SpokenWord } from '../src/evaluation/material/spoken.js'
import { longestGap } from '../src/evaluation/measures/timing.js'
import { recognizedUnits, saidUnits } from '../src/evaluation/measures/units.js'
import { basic } from '../src/evaluation/normalizers/basic.js'

export { mean, quantile } from '../src/evaluation/statistics/values.js'

/** A word of a reference with its time in seconds. */
export type ReferenceWord = SpokenWord

/** A line of output: emission time in seconds and text. */
export interface OutputLine {
  readonly emitted: number
  readonly text: string
}

/** How well and how promptly a text was recognized. */
export interface Score {
  readonly referenceWords: number
  readonly substitutions: number
  readonly deletions: number
  readonly insertions: number
  /** Seconds from the end of each exactly matched word to its emission, in order of the reference. */
  readonly lags: readonly number[]
  /** The longest run of reference words without an exact match. */
  readonly longestGapWords: number
  /** The longest time from the start to the end of such a run, in seconds. */
  readonly longestGapSec: number
}

/**
 * Text for scoring: lower case, plain apostrophes, nothing but letters, digits and apostrophes; apostrophes at word
 * edges dropped.
 */
export function scoringWords(text: string): string[] {
  return basic(text).split(' ').filter(Boolean)
}

/**
 * Scores lines against a reference by the minimal word alignment. The lag of a word is that of the line it ends in.
 * @param language what is written without spaces is scored by characters; null: it has spaces
 */
export function score(
  reference: readonly ReferenceWord[],
  lines: readonly OutputLine[],
  language: string | null = null,
): Score {
  const said = saidUnits(reference, language)
  const recognized = recognizedUnits(lines.map(emittedLine), '', language)
  const steps = align(
    said.map(({ text }) => text),
    recognized.map(({ text }) => text),
  )
  const { substitutions, deletions, insertions } = countErrors(steps)
  const lags = steps.flatMap(({ kind, said: i, recognized: j }) =>
    kind === 'match' ? [recognized[j]!.emittedSec - said[i]!.end] : [],
  )
  const { words, seconds } = longestGap(said, steps)
  const gap = { longestGapWords: words, longestGapSec: seconds }
  return { referenceWords: said.length, substitutions, deletions, insertions, lags, ...gap }
}

/** Scores lines against what is said in a recording; without lags where the words of its reference have no times. */
export function scoreRecording(
  {
    text,
    words,
    language,
  }: { readonly text: string; readonly words: readonly ReferenceWord[]; readonly language: string },
  lines: readonly OutputLine[],
): Score {
  if (words.length > 0 || text === '') return score(words, lines, language)
  const counted = score([{ word: text, start: 0, end: 0 }], lines, language)
  return { ...counted, lags: [], longestGapSec: 0 }
}

/** A line without times of its words. */
function emittedLine({ text, emitted }: OutputLine) {
  const place = { begin: emitted, end: emitted, text }
  return { segment: { ...place, words: [place] }, emittedSec: emitted, awareSec: emitted }
}

/** Word error rate of several scores: errors and words are summed first. NaN where nothing is said. */
export function wordErrorRate(scores: readonly Score[]): number {
  const counts = scores.map(({ referenceWords, ...score }) => {
    const { substitutions, deletions, insertions } = score
    return { matches: referenceWords - substitutions - deletions, substitutions, deletions, insertions }
  })
  return errorRate(sumOfErrors(counts)) ?? Number.NaN
}
