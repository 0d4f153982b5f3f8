import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { alignedTable, percent, seconds } from '../../bench/table.js'
import { saidCount } from '../../src/evaluation/errors/alignment.js'
import { type Evaluation, readEvaluation, type SettingResult } from '../../src/evaluation/evaluation.js'
import { svgReport } from '../../src/evaluation/report/svg-report.js'

const RESULTS = new URL('../../bench/results/', import.meta.url)

const program = z.object({
  name: z.string(),
  offline: z.boolean(),
  wordErrorRate: z.number(),
  lagMean: z.number().nullable(),
  wallSec: z.number(),
  peakBytes: z.number(),
})
type Program = z.infer<typeof program>
const contest = z.object({
  recordings: z.array(z.object({ name: z.string(), programs: z.array(program) })),
  all: z.array(program),
})

/** This program beside others, from what `npm run bench -- FOLDER --peers` stored. */
export function peersTable(): string {
  const rows = resultsOf('peers').all.map((one) => [
    titleOf(one),
    percent(one.wordErrorRate),
    one.lagMean === null ? '' : `${seconds(one.lagMean)} s`,
    `${one.wallSec.toFixed(3)} s`,
    `${(one.peakBytes / 1e6).toFixed(0)} MB`,
  ])
  return alignedTable(['program', 'word errors', 'mean lag', 'computing per second of audio', 'peak memory'], rows)
}

/** This program alone, recording by recording. */
export function ownTable(): string {
  const { recordings } = resultsOf('own')
  const rows = (recordings[0]?.programs ?? []).map((one) => [
    titleOf(one).replace('asr-stream, ', ''),
    ...recordings.map(({ programs }) => {
      const found = programs.find(({ name }) => name === one.name)
      if (found === undefined) return '-'
      const lag = found.lagMean === null ? [] : [`${seconds(found.lagMean)} s`]
      return [percent(found.wordErrorRate), ...lag, `${found.wallSec.toFixed(3)} s`].join(', ')
    }),
  ])
  const names = recordings.map(({ name }) => `\`${name}\``)
  return alignedTable(['word errors, mean lag, computing', ...names], rows)
}

/**
 * The plot of settings and its figures.
 * @param pictures folder of pictures, as the page that it is for has it
 */
export function settingsPart(pictures: string): string {
  const { settings } = settingsEvaluation()
  const [first] = settings
  if (first === undefined) throw new Error('bench/results/settings.json has no settings')
  const { recordings, durationSec, words } = first.summary
  const said = words === null ? 0 : saidCount(words)
  const over = `${recordings} English recordings (${Math.round(durationSec / 60)} minutes, ${said} words)`
  return [
    `![errors over lag of ${settings.length} settings over ${recordings} English recordings](${pictures}/settings.svg)`,
    '',
    `Over ${over}, with tiny.en; in brackets the 95 % interval:`,
    '',
    alignedTable(['setting', 'word errors', 'mean lag', '95 % of lags'], settings.map(settingCells)),
  ].join('\n')
}

/** The plot of settings. */
export function settingsPicture(): string {
  return svgReport(settingsEvaluation())
}

/** What the plot is made of, without the text that was said and heard, and without lags that the machine decides. */
export function leanEvaluation(evaluation: Evaluation): Evaluation {
  const lean = (setting: SettingResult): SettingResult => ({
    ...setting,
    recordings: [],
    summary: { ...setting.summary, awareLag: null, lagging: null },
  })
  return { ...evaluation, settings: evaluation.settings.map(lean) }
}

function settingCells({ name, summary }: SettingResult): string[] {
  const { errorRate, errorInterval, lag } = summary
  const interval = errorInterval === null ? '' : ` [${errorInterval.map((rate) => (100 * rate).toFixed(1)).join(', ')}]`
  return [
    `\`${name}\``,
    errorRate === null ? '-' : `${percent(errorRate)}${interval}`,
    lag === null ? '-' : `${seconds(lag.mean)} s`,
    lag === null ? '-' : `${seconds(lag.p95)} s`,
  ]
}

function settingsEvaluation(): Evaluation {
  return readEvaluation('bench/results/settings.json', stored('settings'))
}

function resultsOf(name: string): z.infer<typeof contest> {
  return contest.parse(JSON.parse(stored(name)))
}

function stored(name: string): string {
  return readFileSync(new URL(`${name}.json`, RESULTS), 'utf8')
}

function titleOf({ name, offline }: Program): string {
  const known = name.replace('asr-stream local agreement', 'asr-stream, LocalAgreement').replace('alignatt', 'AlignAtt')
  const own = known
    .replace('asr-stream AlignAtt', 'asr-stream, AlignAtt')
    .replace('asr-stream offline', 'asr-stream, offline')
  return offline && !own.includes('offline') ? `${own}, offline` : own
}
