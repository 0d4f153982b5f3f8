import { mean } from '../measures.js'
import { alignedTable, percent, seconds } from '../table.js'
import type { Outcome, Run } from './contest.js'
import { byContestant, type Summary, summarise } from './summary.js'

const HEADER = ['program', 'WER', 'lag mean', 'lag p95', 'longest gap', 'wall s/s', 'CPU s/s', 'peak MB']

/** What a comparison is about. */
export interface Occasion {
  /** Day and machine. */
  readonly machine: string
  readonly threads: number
  readonly runs: number
  /** Peers that took no part, and why. */
  readonly skipped: readonly string[]
}

/** A Markdown report: a table a recording, and one over all of them. */
export function comparisonReport(results: readonly (readonly Outcome[])[], occasion: Occasion): string {
  const tables = results.flatMap((outcomes) => tableOf(titleOf(outcomes), [outcomes]))
  if (results.length > 1) tables.push(...tableOf(`All ${results.length} recordings`, results))
  const { machine, threads, runs, skipped } = occasion
  const versions = versionsOf(results.flat())
  return [
    `${machine}, ${threads} threads, ${runs === 1 ? 'one run' : `median of ${runs} runs`}, programs taking turns.`,
    ...(versions === '' ? [] : [versions]),
    'Wall and CPU: seconds of the whole process, start and loading included, per second of audio. Lag: seconds.',
    ...skipped.map((line) => `${line}.`),
    ...tables,
  ].join('\n\n')
}

/** The same for programs to read, with every single run. */
export function comparisonData(results: readonly (readonly Outcome[])[], occasion: Occasion): object {
  return {
    date: new Date().toISOString(),
    ...occasion,
    recordings: results.map((outcomes) => ({
      name: outcomes[0]?.recording.name,
      durationSec: outcomes[0]?.recording.durationSec,
      programs: outcomes.map((outcome) => ({ ...summarise([outcome]), runs: outcome.runs.map(dataOfRun) })),
    })),
    all: byContestant(results).map(summarise),
  }
}

function titleOf(outcomes: readonly Outcome[]): string {
  const { name, durationSec } = outcomes[0]!.recording
  return `${name}, ${durationSec.toFixed(1)} s`
}

function tableOf(title: string, results: readonly (readonly Outcome[])[]): string[] {
  return [`## ${title}`, alignedTable(HEADER, byContestant(results).map(summarise).map(cellsOf))]
}

function cellsOf(summary: Summary): string[] {
  const { longestGapWords, longestGapSec } = summary
  const speech = !Number.isNaN(summary.wordErrorRate)
  const inSilence = speech && summary.wordsInSilence === 0 ? [] : [`+${summary.wordsInSilence} in silence`]
  return [
    summary.name,
    [...(speech ? [percent(summary.wordErrorRate)] : []), ...inSilence].join(', '),
    seconds(summary.lagMean),
    seconds(summary.lagP95),
    longestGapWords === 0 ? '-' : `${longestGapWords} w, ${longestGapSec.toFixed(1)} s`,
    summary.wallSec.toFixed(3),
    summary.cpuSec.toFixed(3),
    (summary.peakBytes / 1e6).toFixed(0),
  ]
}

function dataOfRun({ score: { lags, ...score }, ...run }: Run): object {
  return { ...score, matched: lags.length, lagMean: mean(lags), ...run }
}

function versionsOf(outcomes: readonly Outcome[]): string {
  const versions = Object.assign({}, ...outcomes.map(({ runs }) => runs[0]?.versions ?? {})) as Record<string, string>
  return Object.entries(versions)
    .map(([name, version]) => `${name} ${version}`)
    .join(', ')
}
