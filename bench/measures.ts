import { align, type Step } from './alignment.js'

/** A word of a reference with its time in seconds. */
export interface ReferenceWord {
  readonly word: string
  readonly start: number
  readonly end: number
}

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

interface RecognizedWord {
  readonly text: string
  readonly emitted: number
}

/**
 * Text for scoring: lower case, plain apostrophes, nothing but letters, digits and apostrophes; apostrophes at word
 * edges dropped.
 */
export function scoringWords(text: string): string[] {
  return recognizedWords([{ emitted: 0, text }]).map((word) => word.text)
}

/**
 * Scores lines against a reference by the minimal word alignment. The lag of a word is that of the line it ends in.
 */
export function score(reference: readonly ReferenceWord[], lines: readonly OutputLine[]): Score {
  const said = reference.flatMap(({ word, start, end }) => scoringWords(word).map((text) => ({ text, start, end })))
  const recognized = recognizedWords(lines)
  const steps = align(
    said.map(({ text }) => text),
    recognized.map(({ text }) => text),
  )
  const lags = steps.flatMap(({ kind, said: i, recognized: j }) =>
    kind === 'match' ? [recognized[j]!.emitted - said[i]!.end] : [],
  )
  const count = (kind: Step['kind']) => steps.filter((step) => step.kind === kind).length
  return {
    referenceWords: said.length,
    substitutions: count('substitution'),
    deletions: count('deletion'),
    insertions: count('insertion'),
    lags,
    ...longestGap(steps, said),
  }
}

/** Word error rate of several scores: errors and words are summed first. */
export function wordErrorRate(scores: readonly Score[]): number {
  const words = scores.reduce((sum, { referenceWords }) => sum + referenceWords, 0)
  const errors = scores.reduce(
    (sum, { substitutions, deletions, insertions }) => sum + substitutions + deletions + insertions,
    0,
  )
  return errors / words
}

/** The value that a share of the values does not exceed (nearest rank); NaN of nothing. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN
}

/** Arithmetic mean; NaN of nothing. */
export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

function recognizedWords(lines: readonly OutputLine[]): RecognizedWord[] {
  const words: RecognizedWord[] = []
  let open = ''
  let emitted = 0
  const close = () => {
    const text = open.replace(/^'+|'+$/g, '')
    if (text !== '') words.push({ text, emitted })
    open = ''
  }
  for (const line of lines) {
    for (const character of line.text.toLowerCase().replaceAll('’', "'")) {
      if (/[\p{L}\p{M}\p{N}']/u.test(character)) {
        open += character
        emitted = line.emitted
      } else close()
    }
  }
  close()
  return words
}

function longestGap(
  steps: readonly Step[],
  said: readonly { readonly start: number; readonly end: number }[],
): Pick<Score, 'longestGapWords' | 'longestGapSec'> {
  let [longestGapWords, longestGapSec, current] = [0, 0, 0]
  for (const { kind, said: i } of steps) {
    if (kind === 'insertion') continue
    current = kind === 'match' ? 0 : current + 1
    longestGapWords = Math.max(longestGapWords, current)
    if (current > 0) longestGapSec = Math.max(longestGapSec, said[i]!.end - said[i - current + 1]!.start)
  }
  return { longestGapWords, longestGapSec }
}
