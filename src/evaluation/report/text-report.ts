import { errorCount, saidCount } from '../errors/alignment.js'
import { compareSettings, type Evaluation, type SettingResult } from '../evaluation.js'
import type { ScoreSummary } from '../summary.js'
import { detailRows } from './details.js'
import { percent, percentRange, seconds, verdictText } from './figures.js'
import { paretoFront } from './pareto.js'
import { textTable } from './text-table.js'

const HEAD = ['', 'seconds', 'words', 'sub', 'del', 'ins', 'errors %', 'chars %', 'lag', 'median', '95 %', 'computing']

/** With so many words, even small differences are told apart. */
const MANY_WORDS = 10_000

/** An evaluation as lines for a terminal: by recording, group and in sum, or setting by setting. */
export function textReport(evaluation: Evaluation): readonly string[] {
  const [only] = evaluation.settings
  if (only === undefined) return []
  if (evaluation.settings.length > 1)
    return [...sweepTable(evaluation.settings), '', ...sweepNotes(evaluation.settings)]
  return [...recordingTable(only), '', ...details(only), ...lagNotes([only]), ...failures(only)]
}

function recordingTable({ recordings, groups, summary }: SettingResult): readonly string[] {
  const rows = recordings.map((recording) => {
    const counts = recording.words ?? recording.characters
    const lags = recording.lags.map(({ lagSec }) => lagSec).sort((a, b) => a - b)
    const at = (share: number) => lags[Math.max(0, Math.ceil(share * lags.length) - 1)]
    const mean = lags.length === 0 ? undefined : lags.reduce((sum, lag) => sum + lag, 0) / lags.length
    const said = counts.matches + counts.substitutions + counts.deletions
    const { characters } = recording
    const rate = (errors: number, of: number) => percent(of === 0 ? null : errors / of)
    return [
      recording.name,
      seconds(recording.durationSec, 1),
      String(said),
      ...[counts.substitutions, counts.deletions, counts.insertions].map(String),
      rate(errorCount(counts), said),
      rate(errorCount(characters), characters.matches + characters.substitutions + characters.deletions),
      ...[mean, at(0.5), at(0.95)].map((lag) => seconds(lag)),
      seconds(recording.computingSec / recording.durationSec),
    ]
  })
  const sums = [...Object.entries(groups), ['all', summary] as const]
  return textTable([HEAD, ...rows, ...sums.map(([name, sum]) => [`= ${name}`, ...summaryCells(sum)])])
}

function summaryCells(sum: ScoreSummary): readonly string[] {
  const counts = sum.words ?? sum.characters
  return [
    seconds(sum.durationSec, 1),
    String(counts.matches + counts.substitutions + counts.deletions),
    ...[counts.substitutions, counts.deletions, counts.insertions].map(String),
    percent(sum.errorRate),
    percent(sum.characterErrorRate),
    ...[sum.lag?.mean, sum.lag?.median, sum.lag?.p95].map((lag) => seconds(lag)),
    seconds(sum.realTimeFactor),
  ]
}

function details(setting: SettingResult): readonly string[] {
  const rows = detailRows(setting).filter(([, value]) => value !== null)
  const width = Math.max(...rows.map(([name]) => name.length))
  return rows.map(([name, value]) => `${name.padEnd(width)}  ${value}`)
}

function sweepTable(settings: readonly SettingResult[]): readonly string[] {
  const [first] = settings
  const head = ['setting', ...HEAD.slice(2), 'interval %', 'unstable %', 'against the first']
  return textTable([
    head,
    ...settings.map((setting) => {
      const { summary } = setting
      const against = setting === first || first === undefined ? '' : verdictText(compareSettings(first, setting).test)
      const [, ...cells] = summaryCells(summary)
      return [setting.name, ...cells, percentRange(summary.errorInterval), percent(summary.unstableRatio), against]
    }),
  ])
}

function sweepNotes(settings: readonly SettingResult[]): readonly string[] {
  const best = paretoFront(settings).map(({ name }) => name)
  return [
    ...(best.length === 0 ? [] : [`No other setting has both fewer errors and less lag than: ${best.join('; ')}.`]),
    ...chanceNotes(settings),
    ...lagNotes(settings),
    ...settings.flatMap(failures),
  ]
}

/** That small differences tell nothing. */
function chanceNotes([first]: readonly SettingResult[]): readonly string[] {
  const words = first?.summary.words ?? null
  const said = words === null ? 0 : saidCount(words)
  if (first === undefined || said === 0 || said >= MANY_WORDS) return []
  if (first.summary.errorInterval === null) return [`${said} words are too few to tell which has fewer errors.`]
  return [`With ${said} words, settings that differ by less than their intervals are not told apart: "noise".`]
}

/** From where lag is counted, where the references do not say it. */
function lagNotes(settings: readonly SettingResult[]): readonly string[] {
  const recordings = settings.flatMap((setting) => setting.recordings)
  const isOwn = recordings.some(({ lags }) => lags.some(({ endErrorSec }) => endErrorSec === null))
  return isOwn ? ['Lag is from the ends of words as the model has them: the text has no times.'] : []
}

function failures({ name, failed }: SettingResult): readonly string[] {
  const where = name === '' ? '' : ` with ${name}`
  return failed.map((one) => `failed${where}: ${one.name}: ${one.reason}`)
}
