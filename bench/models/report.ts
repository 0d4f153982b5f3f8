import { alignedTable, percent, seconds } from '../table.js'
import { errorsOf } from './groups.js'
import { type Interval, verdict } from './intervals.js'
import type { Difference, GroupStanding, Standing } from './standing.js'

/** What a comparison is about. */
export interface Occasion {
  /** Day and machine. */
  readonly machine: string
  /** Of the peers, as "faster-whisper 1.2.1". */
  readonly versions: readonly string[]
  /** Programs that took no part, and why. */
  readonly skipped: readonly string[]
}

/** A Markdown report: for each group of recordings sums, differences from peers, and errors by recording. */
export function modelsReport(groups: readonly GroupStanding[], { machine, versions, skipped }: Occasion): string {
  return [
    `${machine}.${versions.length > 0 ? ` Peers: ${versions.join(', ')}.` : ''}`,
    'In brackets: 95 % intervals, by a bootstrap over blocks of 25 reference words (see bench/README.md). Lag: seconds.',
    ...skipped.map((line) => `${line}.`),
    ...groups.filter(({ standings }) => standings.length > 0).flatMap(groupReport),
  ].join('\n\n')
}

/** The same for programs to read, without the text that was heard. */
export function modelsData(groups: readonly GroupStanding[], occasion: Occasion): object {
  return {
    date: new Date().toISOString(),
    ...occasion,
    groups: groups.map(({ standings, ...group }) => ({
      ...group,
      standings: standings.map(({ heard, ...standing }) => ({
        ...standing,
        byRecording: Object.fromEntries(heard.map((one) => [one.recording, [errorsOf(one), one.errors.length]])),
      })),
    })),
  }
}

function groupReport(standing: GroupStanding): string[] {
  const { group, recordings, standings, differences } = standing
  const title = `## ${group.name[0]!.toUpperCase()}${group.name.slice(1)}: ${counted(recordings.length, 'recording')}`
  const sums = alignedTable(
    ['model, program', 'recordings', `errors / ${group.unit}`, 'rate', 'lag mean', 'lag p95'],
    standings.map(cellsOf),
  )
  if (differences.length === 0) return [title, sums, byRecording(standing)]
  const beside = alignedTable(
    ['model, ours - peer', 'recordings', 'errors more', 'rate', 'which is'],
    differences.map(differenceCells),
  )
  return [title, sums, beside, byRecording(standing)]
}

function cellsOf({ model, program, heard, errors, words, ...rest }: Standing): string[] {
  return [
    `${model}, ${program}`,
    String(heard.length),
    `${errors} / ${words}`,
    `${percent(rest.errorRate)}${brackets(rest.errorRateInterval)}`,
    seconds(rest.lagMean),
    seconds(rest.lagP95),
  ]
}

function differenceCells({
  model,
  ours,
  peer,
  recordings,
  errors,
  errorRate,
  errorRateInterval,
}: Difference): string[] {
  return [
    `${model}, ${ours} - ${peer}`,
    String(recordings),
    signed(errors, 0),
    `${signed(errorRate * 100, 1)} %${brackets(errorRateInterval, signed)}`,
    verdict(errorRateInterval),
  ]
}

/** A column a program, named by a letter to keep it narrow. */
function byRecording({ group, recordings, standings }: GroupStanding): string {
  const letters = standings.map((_, index) => String.fromCharCode(65 + index))
  const key = standings.map(({ model, program }, index) => `${letters[index]}: ${model}, ${program}`).join('; ')
  const rows = recordings.map((recording) => {
    const found = standings.map(({ heard }) => heard.find((one) => one.recording === recording))
    const said = found.find((one) => one !== undefined)?.errors.length
    return [recording, String(said ?? '-'), ...found.map((one) => (one ? String(errorsOf(one)) : '-'))]
  })
  return `Errors by recording. ${key}.\n\n${alignedTable(['recording', group.unit, ...letters], rows)}`
}

function brackets(of: Interval | null, write = (value: number, digits: number) => value.toFixed(digits)): string {
  return of === null ? '' : ` [${write(of[0] * 100, 1)}, ${write(of[1] * 100, 1)}]`
}

function signed(value: number, digits: number): string {
  const written = value.toFixed(digits)
  return Number(written) > 0 ? `+${written}` : written
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}
