import { InputError } from '../core/errors.js'
import { EVALUATION_SHAPE } from './evaluation-shape.js'
import type { RecordingScore } from './score.js'
import { type PairedTest, pairedTest } from './statistics/bootstrap.js'
import { type ScoreSummary, samplesFor, summarize } from './summary.js'

/** Changes when what is written changes its meaning. */
const VERSION = 1
const KIND = 'asr-stream evaluation'

/** A recording under one setting. */
export interface ScoredRecording extends RecordingScore {
  readonly name: string
  /** What recordings are put together by: a folder, or a language. */
  readonly group: string
}

/** A recording that could not be transcribed. */
export interface FailedRecording {
  readonly name: string
  readonly reason: string
}

/** All recordings under one setting. */
export interface SettingResult {
  /** Such as "min-chunk-size=0.5"; empty where there is only one setting. */
  readonly name: string
  /** Options that were given, by their keys. */
  readonly options: Readonly<Record<string, unknown>>
  readonly recordings: readonly ScoredRecording[]
  readonly failed: readonly FailedRecording[]
  readonly summary: ScoreSummary
  /** Summaries of groups; empty where there is only one. */
  readonly groups: Readonly<Record<string, ScoreSummary>>
  /** Seconds that the model took to load. */
  readonly loadSec: number
  /** The most memory that the process had so far, in bytes. */
  readonly peakBytes: number
}

/** What `asr-stream evaluate` finds out. */
export interface Evaluation {
  readonly kind: typeof KIND
  readonly version: typeof VERSION
  /** Version of the program. */
  readonly program: string
  readonly date: string
  /** Processor and system. */
  readonly machine: string
  /** "fast": as if computing took no time. */
  readonly pace: 'fast' | 'realtime'
  readonly settings: readonly SettingResult[]
}

/** Puts results of settings together. */
export function evaluationOf(parts: Omit<Evaluation, 'kind' | 'version'>): Evaluation {
  return { kind: KIND, version: VERSION, ...parts }
}

/** Joins the recordings of one setting with their summaries. */
export function settingResult(parts: Omit<SettingResult, 'summary' | 'groups'>): SettingResult {
  const { recordings } = parts
  const names = [...new Set(recordings.map(({ group }) => group))]
  const groups = names.length < 2 ? [] : names.sort()
  return {
    ...parts,
    summary: summarize(recordings),
    groups: Object.fromEntries(
      groups.map((name) => [name, summarize(recordings.filter(({ group }) => group === name))]),
    ),
  }
}

/**
 * An evaluation as JSON; times to a tenth of a millisecond.
 * @param space as `JSON.stringify`
 */
export function evaluationJson(evaluation: Evaluation, space?: number): string {
  const rounded = (_: string, value: unknown) =>
    typeof value === 'number' && !Number.isInteger(value) ? Number(value.toFixed(6)) : value
  return JSON.stringify(evaluation, rounded, space)
}

/**
 * Reads what `evaluationJson` wrote.
 * @throws InputError when it is something else, broken, or of a later version
 */
export function readEvaluation(name: string, text: string): Evaluation {
  let value: unknown
  try {
    value = JSON.parse(text.replace(/^\ufeff/, ''))
  } catch (cause) {
    throw new InputError(`${name} is not JSON`, { cause, hint: 'give a file that asr-stream evaluate --save wrote' })
  }
  const { kind, version } = (value ?? {}) as Partial<Evaluation>
  if (kind !== KIND) {
    throw new InputError(`${name} is not an evaluation`, { hint: 'give a file that asr-stream evaluate --save wrote' })
  }
  if (version !== VERSION) {
    throw new InputError(`${name} is of version ${version}, and this program reads version ${VERSION}`, {
      hint: 'read it with the program that wrote it',
    })
  }
  const wrong = EVALUATION_SHAPE(value)
  if (wrong !== null) {
    throw new InputError(`${name} is broken: ${wrong} is missing or of another kind`, {
      hint: 'give the file as asr-stream evaluate --save wrote it',
    })
  }
  return value as Evaluation
}

/** How one recording, or all, fare under another setting. */
export interface RateChange {
  readonly name: string
  readonly before: number | null
  readonly after: number | null
}

/** Two settings over the same recordings. */
export interface SettingComparison {
  readonly before: SettingResult
  readonly after: SettingResult
  /** Of all recordings that both have; null where there are none. */
  readonly test: PairedTest | null
  readonly errorRate: RateChange
  readonly lagSec: RateChange
  readonly realTimeFactor: RateChange
  /** Recordings with different numbers of errors, those that became worse first. */
  readonly changed: readonly RateChange[]
  /** Recordings that only one of them has, or that were scored against other words. */
  readonly left: readonly string[]
}

/** Compares two settings by the recordings that both have. */
export function compareSettings(before: SettingResult, after: SettingResult): SettingComparison {
  const pairs = before.recordings.flatMap((one) => {
    const other = after.recordings.find(({ name }) => name === one.name)
    return other !== undefined && sizeOf(one) === sizeOf(other) ? [[one, other] as const] : []
  })
  const common = new Set(pairs.map(([{ name }]) => name))
  const everything = [...before.recordings, ...after.recordings].map(({ name }) => name)
  const [ones, others] = [pairs.map(([one]) => one), pairs.map(([, other]) => other)]
  const [was, is] = [summarize(ones), summarize(others)]
  const change = (key: 'errorRate' | 'realTimeFactor') => ({ name: key, before: was[key], after: is[key] })
  const rate = (one: ScoredRecording) => summarize([one]).errorRate
  const changed = pairs
    .map(([one, other]) => ({ name: one.name, before: rate(one), after: rate(other) }))
    .filter((one) => one.before !== one.after)
    .sort((a, b) => differenceOf(b) - differenceOf(a))
  return {
    before,
    after,
    test: pairs.length === 0 ? null : pairedTest(samplesFor(ones).samples, samplesFor(others).samples),
    errorRate: change('errorRate'),
    lagSec: { name: 'lagSec', before: was.lag?.mean ?? null, after: is.lag?.mean ?? null },
    realTimeFactor: change('realTimeFactor'),
    changed,
    left: [...new Set(everything)].filter((name) => !common.has(name)),
  }
}

/**
 * The settings of two evaluations that belong together: those of the same name, or the only ones.
 * @throws InputError where there are none
 */
export function settingPairs(
  before: Evaluation,
  after: Evaluation,
): readonly (readonly [SettingResult, SettingResult])[] {
  const [one, other] = [before.settings[0], after.settings[0]]
  if (before.settings.length === 1 && after.settings.length === 1 && one && other) return [[one, other]]
  const pairs = before.settings.flatMap((setting) => {
    const same = after.settings.find(({ name }) => name === setting.name)
    return same === undefined ? [] : [[setting, same] as const]
  })
  if (pairs.length === 0) {
    throw new InputError('the two evaluations have no setting in common', { hint: 'give the same --sweep to both' })
  }
  return pairs
}

/** How much more errors there are: 0.01 is one in a hundred. */
export function differenceOf({ before, after }: RateChange): number {
  return (after ?? 0) - (before ?? 0)
}

function sizeOf({ samples }: RecordingScore): number {
  return samples.reduce((sum, { size }) => sum + size, 0)
}
