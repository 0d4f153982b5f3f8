import { mean, quantile, type Score, wordErrorRate } from './measures.js'
import type { ProgramRun } from './run-program.js'

/** One recording through one way of running the program. */
export interface BenchRow {
  readonly recording: string
  /** What is counted; absent: words. */
  readonly unit?: 'words' | 'characters'
  readonly durationSec: number
  readonly score: Score
  readonly run: Omit<ProgramRun, 'lines'>
}

const HEADER = [
  'recording',
  'seconds',
  'words',
  'errors',
  'lag mean',
  'lag p95',
  'longest gap',
  'wall s/s',
  'CPU s/s',
  'peak MB',
]

/** A Markdown table with a row a recording, and a last row over all of them; of characters there is another one. */
export function markdownTable(rows: readonly BenchRow[]): string {
  const byCharacters = rows.filter(isByCharacters)
  const byWords = rows.filter((row) => !isByCharacters(row))
  const totals = [
    ...(byWords.length === 0 ? [] : [totalCells('all', byWords)]),
    ...(byCharacters.length === 0 ? [] : [totalCells('all by characters', byCharacters)]),
  ]
  return alignedTable(HEADER, [...rows.map(cellsOf), ...totals])
}

function isByCharacters({ unit }: BenchRow): boolean {
  return unit === 'characters'
}

/** A Markdown table whose columns line up in the source too: the first to the left, the others to the right. */
export function alignedTable(header: readonly string[], cells: readonly (readonly string[])[]): string {
  const widths = header.map((title, i) => Math.max(title.length, ...cells.map((row) => row[i]!.length)))
  const line = (row: readonly string[]) =>
    `| ${row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!))).join(' | ')} |`
  const rule = `|${widths.map((width, i) => (i === 0 ? '-'.repeat(width + 2) : `${'-'.repeat(width + 1)}:`)).join('|')}|`
  return [line(header), rule, ...cells.map(line)].join('\n')
}

function cellsOf({ recording, unit = 'words', durationSec, score, run }: BenchRow): string[] {
  const speech = score.referenceWords > 0
  return [
    unit === 'words' ? recording : `${recording}, by characters`,
    durationSec.toFixed(1),
    speech ? String(score.referenceWords) : `0 (+${score.insertions})`,
    speech ? percent(wordErrorRate([score])) : '-',
    seconds(mean(score.lags)),
    seconds(quantile(score.lags, 0.95)),
    String(score.longestGapWords),
    (run.wallSec / durationSec).toFixed(3),
    (run.cpuSec / durationSec).toFixed(3),
    (run.peakBytes / 1e6).toFixed(0),
  ]
}

function totalCells(name: string, rows: readonly BenchRow[]): string[] {
  const speech = rows.filter(({ score }) => score.referenceWords > 0).map(({ score }) => score)
  const lags = speech.flatMap((score) => score.lags)
  const total = (value: (row: BenchRow) => number) => rows.reduce((sum, row) => sum + value(row), 0)
  const duration = total((row) => row.durationSec)
  return [
    name,
    duration.toFixed(1),
    String(total((row) => row.score.referenceWords)),
    speech.length > 0 ? percent(wordErrorRate(speech)) : '-',
    seconds(mean(lags)),
    seconds(quantile(lags, 0.95)),
    String(Math.max(0, ...speech.map((score) => score.longestGapWords))),
    (total((row) => row.run.wallSec) / duration).toFixed(3),
    (total((row) => row.run.cpuSec) / duration).toFixed(3),
    (Math.max(0, ...rows.map((row) => row.run.peakBytes)) / 1e6).toFixed(0),
  ]
}

/** A share as a cell. */
export function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`
}

/** Seconds as a cell; "-" for NaN. */
export function seconds(value: number): string {
  return Number.isNaN(value) ? '-' : value.toFixed(2)
}
