import { type ErrorCounts, errorRate, sumOfErrors } from './errors/alignment.js'
import type { LaggingScores } from './measures/timing.js'
import type { RecordingScore } from './score.js'
import { bootstrapInterval, type ConfidenceInterval, MIN_SAMPLES, rateOf, type Sample } from './statistics/bootstrap.js'
import { mean, quantile, sum } from './statistics/values.js'

/** How values are spread; null of none. */
export interface Spread {
  readonly mean: number
  readonly median: number
  /** What 95 % of the values do not exceed. */
  readonly p95: number
}

/** What recordings have in common. Times are seconds; null: there is nothing to go by. */
export interface ScoreSummary {
  readonly recordings: number
  readonly durationSec: number
  readonly words: ErrorCounts | null
  readonly wordErrorRate: number | null
  readonly characters: ErrorCounts
  readonly characterErrorRate: number | null
  /** The rate that counts: of words, or of characters where a language has no spaces. */
  readonly errorRate: number | null
  /** 95 % of what other speech of the kind would give; null where there is too little. */
  readonly errorInterval: ConfidenceInterval | null
  /** What was drawn for the interval: recordings, or stretches of 25 words where there are less than five. */
  readonly drawn: 'recordings' | 'stretches'
  readonly lag: Spread | null
  readonly lagInterval: ConfidenceInterval | null
  /** With the time of computing. */
  readonly awareLag: Spread | null
  readonly firstTextSec: number | null
  readonly finalDelay: Spread | null
  /** Means over recordings, in seconds. */
  readonly lagging: MeanLagging | null
  readonly longestWaitSec: number | null
  readonly longestGapWords: number
  readonly longestGapSec: number
  readonly hallucinatedPerMinute: number | null
  readonly nonSpeechSec: number
  /** Share of shown words that changed later. */
  readonly unstableRatio: number | null
  /** Mean distances of word times from those of the reference. */
  readonly startErrorSec: number | null
  readonly endErrorSec: number | null
  /** Seconds of computing for a second of audio. */
  readonly realTimeFactor: number
}

/** Means of published lagging measures, in seconds; "aware" with the time of computing, "long" by utterances. */
export interface MeanLagging {
  readonly al: number | null
  readonly laal: number | null
  readonly yaal: number | null
  readonly awareAl: number | null
  readonly awareLaal: number | null
  readonly longAl: number | null
  readonly longLaal: number | null
  readonly longYaal: number | null
  readonly awareLongAl: number | null
  readonly awareLongLaal: number | null
  readonly awareLongYaal: number | null
}

/** Sums errors, then divides; lags are those of all words together. */
export function summarize(scores: readonly RecordingScore[]): ScoreSummary {
  const lags = scores.flatMap((score) => score.lags)
  const words = scores.every((score) => score.words === null)
    ? null
    : sumOfErrors(scores.flatMap((score) => score.words ?? []))
  const characters = sumOfErrors(scores.map((score) => score.characters))
  const { samples, drawn } = samplesFor(scores)
  const silent = scores.flatMap((score) => score.hallucinations ?? [])
  const nonSpeechSec = sum(silent.map((one) => one.nonSpeechSec))
  const shown = sum(scores.map(({ stability }) => stability.shownWords))
  const durationSec = sum(scores.map((score) => score.durationSec))
  return {
    recordings: scores.length,
    durationSec,
    words,
    wordErrorRate: words === null ? null : errorRate(words),
    characters,
    characterErrorRate: errorRate(characters),
    errorRate: finite(rateOf(samples)),
    errorInterval: bootstrapInterval(samples, rateOf),
    drawn,
    lag: spread(lags.map(({ lagSec }) => lagSec)),
    lagInterval: lagInterval(scores),
    awareLag: spread(lags.map(({ awareLagSec }) => awareLagSec)),
    firstTextSec: meanOf(scores.map((score) => score.firstTextSec)),
    finalDelay: spread(scores.flatMap((score) => score.finalDelaysSec)),
    lagging: meanLagging(scores.flatMap((score) => score.lagging ?? [])),
    longestWaitSec: largest(scores.flatMap((score) => score.longestWaitSec ?? [])),
    longestGapWords: largest(scores.map(({ longestGap }) => longestGap.words)) ?? 0,
    longestGapSec: largest(scores.map(({ longestGap }) => longestGap.seconds)) ?? 0,
    hallucinatedPerMinute: nonSpeechSec === 0 ? null : (60 * sum(silent.map((one) => one.words))) / nonSpeechSec,
    nonSpeechSec,
    unstableRatio: shown === 0 ? null : sum(scores.map(({ stability }) => stability.changedWords)) / shown,
    startErrorSec: meanOf(lags.map(({ startErrorSec }) => distanceOf(startErrorSec))),
    endErrorSec: meanOf(lags.map(({ endErrorSec }) => distanceOf(endErrorSec))),
    realTimeFactor: sum(scores.map(({ computingSec }) => computingSec)) / durationSec,
  }
}

/** What is drawn for intervals and tests: recordings, or stretches of them where there are too few. */
export function samplesFor(scores: readonly RecordingScore[]): {
  readonly samples: readonly Sample[]
  readonly drawn: ScoreSummary['drawn']
} {
  const whole = scores.map(({ samples }) => ({
    size: sum(samples.map(({ size }) => size)),
    errors: sum(samples.map(({ errors }) => errors)),
  }))
  if (whole.filter(({ size }) => size > 0).length >= MIN_SAMPLES) return { samples: whole, drawn: 'recordings' }
  return { samples: scores.flatMap(({ samples }) => samples), drawn: 'stretches' }
}

function lagInterval(scores: readonly RecordingScore[]): ConfidenceInterval | null {
  const recordings = scores.map(({ lags }) => lags).filter((lags) => lags.length > 0)
  const sums = recordings.map((lags) => ({ size: lags.length, errors: sum(lags.map(({ lagSec }) => lagSec)) }))
  return bootstrapInterval(sums, rateOf)
}

function meanLagging(all: readonly LaggingScores[]): MeanLagging | null {
  if (all.length === 0) return null
  const of = (form: keyof LaggingScores, measure: keyof LaggingScores['shortForm']) => {
    const milliseconds = meanOf(all.map((scores) => scores[form][measure]))
    return milliseconds === null ? null : milliseconds / 1000
  }
  return {
    al: of('shortForm', 'al'),
    laal: of('shortForm', 'laal'),
    yaal: of('shortForm', 'yaal'),
    awareAl: of('shortFormAware', 'al'),
    awareLaal: of('shortFormAware', 'laal'),
    longAl: of('longForm', 'al'),
    longLaal: of('longForm', 'laal'),
    longYaal: of('longForm', 'yaal'),
    awareLongAl: of('longFormAware', 'al'),
    awareLongLaal: of('longFormAware', 'laal'),
    awareLongYaal: of('longFormAware', 'yaal'),
  }
}

function spread(values: readonly number[]): Spread | null {
  if (values.length === 0) return null
  return { mean: mean(values), median: quantile(values, 0.5), p95: quantile(values, 0.95) }
}

function meanOf(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null)
  return known.length === 0 ? null : mean(known)
}

function distanceOf(value: number | null): number | null {
  return value === null ? null : Math.abs(value)
}

function largest(values: readonly number[]): number | null {
  return values.length === 0 ? null : Math.max(...values)
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null
}
