import { errorCount } from '../errors/alignment.js'
import { compareSettings, type Evaluation, type SettingResult } from '../evaluation.js'
import type { ScoreSummary } from '../summary.js'
import { percent, percentRange, seconds, verdictText } from './figures.js'
import { paretoFront } from './pareto.js'
import { textTable } from './text-table.js'

const HEAD = ['', 'seconds', 'words', 'sub', 'del', 'ins', 'errors %', 'chars %', 'lag', 'median', '95 %', 'computing']

/** An evaluation as lines for a terminal: by recording, group and in sum, or setting by setting. */
export function textReport(evaluation: Evaluation): readonly string[] {
  const [only] = evaluation.settings
  if (only === undefined) return []
  if (evaluation.settings.length > 1)
    return [...sweepTable(evaluation.settings), '', ...sweepNotes(evaluation.settings)]
  return [...recordingTable(only), '', ...details(only), ...failures(only)]
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

/** The measures of all recordings together that have no column, with what they mean. */
export function detailRows({
  summary: sum,
  peakBytes,
}: SettingResult): readonly (readonly [name: string, value: string])[] {
  const { lagging, finalDelay } = sum
  const perMinute = sum.hallucinatedPerMinute
  return [
    [
      'errors, 95 % interval',
      sum.errorInterval === null
        ? 'too little speech for one'
        : `${percentRange(sum.errorInterval)} %, over ${sum.drawn}`,
    ],
    ['errors of characters', `${percent(sum.characterErrorRate)} %`],
    ['lag of words, with computing', `${seconds(sum.awareLag?.mean)} s mean, ${seconds(sum.awareLag?.p95)} s 95 %`],
    ['first text after the first word begins', `${seconds(sum.firstTextSec)} s`],
    [
      'end of an utterance to its final text',
      `${seconds(finalDelay?.mean)} s mean, ${seconds(finalDelay?.p95)} s 95 %`,
    ],
    [
      'average lagging (AL, LAAL, YAAL)',
      [lagging?.al, lagging?.laal, lagging?.yaal].map((one) => seconds(one)).join(', '),
    ],
    [
      'the same by utterances',
      [lagging?.longAl, lagging?.longLaal, lagging?.longYaal].map((one) => seconds(one)).join(', '),
    ],
    [
      'the same by utterances, with computing',
      [lagging?.awareLongAl, lagging?.awareLongLaal, lagging?.awareLongYaal].map((one) => seconds(one)).join(', '),
    ],
    ['partial words that change', `${percent(sum.unstableRatio)} %`],
    ['words where nobody speaks, a minute', `${seconds(perMinute)} (in ${seconds(sum.nonSpeechSec, 0)} s)`],
    ['word times off by', `${seconds(sum.startErrorSec)} s at starts, ${seconds(sum.endErrorSec)} s at ends`],
    ['longest wait for text', `${seconds(sum.longestWaitSec)} s`],
    ['longest run of words missed', `${sum.longestGapWords} words, ${seconds(sum.longestGapSec, 1)} s`],
    ['memory at most', `${Math.round(peakBytes / 1e6)} MB`],
  ]
}

function details(setting: SettingResult): readonly string[] {
  const rows = detailRows(setting)
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
  const words = settings[0]?.summary.words
  const said = words ? words.matches + words.substitutions + words.deletions : 0
  return [
    `No other setting has both fewer errors and less lag than: ${best.join('; ')}.`,
    ...(said > 0 && said < 10_000
      ? [`With ${said} words, settings that differ by less than their intervals are not told apart: "noise".`]
      : []),
    ...settings.flatMap(failures),
  ]
}

function failures({ name, failed }: SettingResult): readonly string[] {
  const where = name === '' ? '' : ` with ${name}`
  return failed.map((one) => `failed${where}: ${one.name}: ${one.reason}`)
}
