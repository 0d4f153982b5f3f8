import { mean, quantile, type Score, wordErrorRate } from '../measures.js'
import type { Outcome, Run } from './contest.js'

/** A contestant over one or more recordings. */
export interface Summary {
  readonly name: string
  readonly own: boolean
  readonly offline: boolean
  /** NaN where nothing is said. */
  readonly wordErrorRate: number
  /** Words heard where nothing is said. */
  readonly wordsInSilence: number
  /** Seconds; NaN when all text comes at the end. */
  readonly lagMean: number
  readonly lagP95: number
  readonly longestGapWords: number
  readonly longestGapSec: number
  /** Per second of audio. */
  readonly wallSec: number
  /** Per second of audio, user and system. */
  readonly cpuSec: number
  readonly peakBytes: number
}

/**
 * Sums up what one contestant made of recordings: of several runs the median of each cost, and the text of the run with
 * the median number of errors; over several recordings errors, words and seconds are added first.
 */
export function summarise(outcomes: readonly Outcome[]): Summary {
  const { contestant } = outcomes[0]!
  const scores = outcomes.map(({ runs }) => typicalScore(runs))
  const speech = scores.filter(({ referenceWords }) => referenceWords > 0)
  const silence = scores.filter(({ referenceWords }) => referenceWords === 0)
  const lags = speech.flatMap((score) => score.lags)
  const duration = sum(outcomes.map(({ recording }) => recording.durationSec))
  const typical = (cost: (run: Run) => number) => outcomes.map(({ runs }) => median(runs.map(cost)))
  return {
    name: contestant.name,
    own: contestant.own,
    offline: contestant.offline,
    wordErrorRate: wordErrorRate(speech),
    wordsInSilence: sum(silence.map(({ insertions }) => insertions)),
    lagMean: mean(lags),
    lagP95: quantile(lags, 0.95),
    longestGapWords: Math.max(0, ...speech.map((score) => score.longestGapWords)),
    longestGapSec: Math.max(0, ...speech.map((score) => score.longestGapSec)),
    wallSec: sum(typical((run) => run.wallSec)) / duration,
    cpuSec: sum(typical((run) => run.cpuSec)) / duration,
    peakBytes: Math.max(...typical((run) => run.peakBytes)),
  }
}

/** The outcomes of each contestant that heard all of the recordings, in the order of the first recording. */
export function byContestant(results: readonly (readonly Outcome[])[]): readonly (readonly Outcome[])[] {
  return (results[0] ?? [])
    .map(({ contestant }) => results.flatMap((all) => all.filter((outcome) => outcome.contestant === contestant)))
    .filter((outcomes) => outcomes.length === results.length)
}

/** The middle value, or the mean of the two in the middle; NaN of nothing. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const half = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[half]! : mean(sorted.slice(half - 1, half + 1))
}

/** Programs that draw lots when in doubt do not give the same text each time. */
function typicalScore(runs: readonly Run[]): Score {
  const sorted = runs.map(({ score }) => score).sort((a, b) => errors(a) - errors(b))
  return sorted[(sorted.length - 1) >> 1]!
}

function errors({ substitutions, deletions, insertions }: Score): number {
  return substitutions + deletions + insertions
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}
