import { compareSettings, type Evaluation, type ScoredRecording, type SettingResult } from '../evaluation.js'
import { summarize } from '../summary.js'
import { detailRows } from './details.js'
import { minutesTime, percent, percentRange, seconds, verdictText } from './figures.js'
import { paretoFront } from './pareto.js'
import { costPlot, lagPlot, type PlottedRecording } from './recording-plots.js'
import { settingsPlot } from './settings-plot.js'
import { REPORT_STYLE } from './style.js'
import { escapedText as escaped, mark } from './svg.js'

/** Settings that are drawn along a recording, and whose errors are listed. */
const MAX_DRAWN = 4

/** An evaluation as one page of HTML that needs nothing else: no script, no file, no network. */
export function htmlReport(evaluation: Evaluation): string {
  const { settings, program, date, machine, pace } = evaluation
  const names = [...new Set(settings.flatMap(({ recordings }) => recordings.map(({ name }) => name)))]
  const drawn = drawnSettings(settings)
  const [first] = settings
  return [
    '<!doctype html>',
    '<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">',
    `<title>Evaluation of ${names.length} recordings</title><style>${REPORT_STYLE}</style></head><body>`,
    `<h1>Errors and lag of ${names.length === 1 ? escaped(names[0] ?? '') : `${names.length} recordings`}</h1>`,
    `<p class="soft">asr-stream ${escaped(program)}, ${escaped(date.slice(0, 16).replace('T', ' '))} UTC, ${escaped(machine)}, ${pace === 'fast' ? 'times as if computing took none' : 'in real time'}</p>`,
    names.length > 1 ? `<nav>${names.map((name, i) => `<a href="#r${i}">${escaped(name)}</a>`).join('\n')}</nav>` : '',
    '<h2>Errors over lag</h2>',
    settings.length > 1 ? figure(settingsPlot(settings)) : '',
    settingsTable(settings),
    intervalNote(settings),
    failureNotes(settings),
    ...(first === undefined ? [] : [groupTable(first), detailTable(drawn)]),
    ...names.map((name, index) => recordingPart(name, index, drawn)),
    '</body></html>',
    '',
  ]
    .filter((part) => part !== '')
    .join('\n')
}

/** A setting that is drawn, with its number among all. */
interface DrawnSetting {
  readonly series: number
  readonly setting: SettingResult
}

/** All settings, or the first one and those that no other beats. */
function drawnSettings(settings: readonly SettingResult[]): readonly DrawnSetting[] {
  const front = paretoFront(settings)
  const isDrawn = (setting: SettingResult, index: number) =>
    settings.length <= MAX_DRAWN || index === 0 || front.includes(setting)
  return settings
    .filter(isDrawn)
    .slice(0, MAX_DRAWN)
    .map((setting, series) => ({ setting, series }))
}

function settingsTable(settings: readonly SettingResult[]): string {
  const front = paretoFront(settings)
  const [first] = settings
  const rows = settings.map((setting, index) => {
    const { summary, name } = setting
    const counts = summary.words ?? summary.characters
    const against = first === undefined || first === setting ? '' : verdictText(compareSettings(first, setting).test)
    const cells = [
      `${settings.length > 12 ? `${index + 1}. ` : ''}${name === '' ? 'all recordings' : name}`,
      percent(summary.errorRate),
      percentRange(summary.errorInterval),
      ...(settings.length > 1 ? [against] : []),
      `${counts.substitutions}/${counts.deletions}/${counts.insertions}`,
      ...[summary.lag?.mean, summary.lag?.p95, summary.awareLag?.mean].map((lag) => seconds(lag)),
      percent(summary.unstableRatio),
      seconds(summary.realTimeFactor),
    ]
    return row(cells, front.length > 1 && front.includes(setting) ? 'best' : '')
  })
  const against = settings.length > 1 ? ['against the first'] : []
  const figures = ['sub/del/ins', 'lag', '95 %', 'with computing', 'unstable %', 'computing']
  return table(['', 'errors %', '95 % interval', ...against, ...figures], rows)
}

/** What the intervals are drawn over, and that small differences tell nothing. */
function intervalNote(settings: readonly SettingResult[]): string {
  const [first] = settings
  if (first === undefined || first.summary.errorInterval === null) return ''
  const drawn = first.summary.drawn === 'recordings' ? 'recordings' : 'stretches of 25 words'
  const several =
    settings.length > 1 ? ' "Noise" is a difference that another choice of such speech may well turn round.' : ''
  return `<p class="soft">Intervals and tests draw ${drawn} anew, 4000 times.${several}</p>`
}

/** What is in no figure. */
function failureNotes(settings: readonly SettingResult[]): string {
  const notes = settings.flatMap(({ name, failed }) =>
    failed.map((one) => `${one.name}${name === '' ? '' : ` with ${name}`}: ${one.reason}`),
  )
  if (notes.length === 0) return ''
  return `<p>Not measured:</p><ul>${notes.map((note) => `<li>${escaped(note)}</li>`).join('')}</ul>`
}

function groupTable({ groups, name }: SettingResult): string {
  const rows = Object.entries(groups).map(([group, sum]) =>
    row([
      group,
      String(sum.recordings),
      percent(sum.errorRate),
      percentRange(sum.errorInterval),
      seconds(sum.lag?.mean),
    ]),
  )
  if (rows.length === 0) return ''
  return `<h3>By group${name === '' ? '' : `, ${escaped(name)}`}</h3>${table(['', 'recordings', 'errors %', '95 % interval', 'lag'], rows)}`
}

function detailTable(drawn: readonly DrawnSetting[]): string {
  const columns = drawn.map(({ setting }) => detailRows(setting))
  const rows = (columns[0] ?? []).flatMap(([name], index) => {
    const values = columns.map((one) => one[index]?.[1] ?? null)
    return values.every((value) => value === null) ? [] : [row([name, ...values.map((value) => value ?? '-')], 'wrap')]
  })
  return `<h3>More measures</h3>${table(['', ...drawn.map(({ setting }) => setting.name || 'value')], rows)}`
}

function recordingPart(name: string, index: number, drawn: readonly DrawnSetting[]): string {
  const plotted = drawn.flatMap(({ series, setting }) => {
    const recording = setting.recordings.find((one) => one.name === name)
    return recording === undefined ? [] : [{ series, recording, setting }]
  })
  const key = plotted.length < 2 ? '' : `<p class="key">${plotted.map(keyOf).join('')}</p>`
  const failed = drawn.flatMap(({ setting }) => setting.failed.filter((one) => one.name === name))
  return [
    `<section class="recording" id="r${index}"><h2>${escaped(name)}</h2>`,
    ...failed.map(({ reason }) => `<p>It could not be measured: ${escaped(reason)}</p>`),
    table(
      ['', 'errors %', 'sub', 'del', 'ins', 'lag', '95 %', 'first text', 'longest wait', 'computing'],
      plotted.map(({ recording, setting }) => recordingRow(setting.name || 'errors and lag', recording)),
    ),
    key,
    heading('Lag of words along the recording', lagPlot(plotted)),
    heading('Computing of updates along the recording', costPlot(plotted)),
    ...plotted.map(({ recording, setting }) => errorTable(recording, plotted.length > 1 ? setting.name : '')),
    '</section>',
  ].join('\n')
}

function recordingRow(name: string, recording: ScoredRecording): string {
  const sum = summarize([recording])
  const counts = sum.words ?? sum.characters
  return row([
    name,
    percent(sum.errorRate),
    ...[counts.substitutions, counts.deletions, counts.insertions].map(String),
    ...[sum.lag?.mean, sum.lag?.p95, sum.firstTextSec, sum.longestWaitSec, sum.realTimeFactor].map((one) =>
      seconds(one),
    ),
  ])
}

function errorTable({ passages, unit }: ScoredRecording, setting: string): string {
  const title = `<h3>Errors${setting === '' ? '' : ` with ${escaped(setting)}`}</h3>`
  if (passages.length === 0) return `${title}<p class="soft">none</p>`
  const joint = unit === 'word' ? ' ' : ''
  const rows = passages.map(({ atSec, before, said, recognized, after }) => {
    const wrong = [
      said === '' ? '' : `<del>${escaped(said)}</del>`,
      recognized === '' ? '' : `<ins>${escaped(recognized)}</ins>`,
    ]
    const context = [escaped(before), ...wrong, escaped(after)].filter((part) => part !== '').join(joint)
    return `<tr><td>${minutesTime(atSec)}</td><td class="left">${context}</td></tr>`
  })
  return `${title}<table><tr><th>at</th><th class="left"><del>said</del> and <ins>recognized</ins></th></tr>${rows.join('\n')}</table>`
}

function keyOf({ series, setting }: PlottedRecording & DrawnSetting): string {
  return `<span><svg viewBox="0 0 14 14">${mark(series, 7, 7, 4)}</svg>${escaped(setting.name)}</span>`
}

function heading(title: string, plot: string): string {
  return plot === '' ? '' : `<h3>${title}</h3>${plot}`
}

function figure(plot: string): string {
  if (plot === '') return '<p class="soft">No word was recognized, so that there is no lag.</p>'
  return `${plot}<p class="soft">Left and low is good. The dashed line joins settings that no other beats in both; thin lines are 95 % intervals, as far as they fit.</p>`
}

function row(cells: readonly string[], style = ''): string {
  return `<tr${style === '' ? '' : ` class="${style}"`}>${cells.map((cell) => `<td>${escaped(cell)}</td>`).join('')}</tr>`
}

function table(head: readonly string[], rows: readonly string[]): string {
  return `<div class="wide"><table><tr>${head.map((cell) => `<th>${escaped(cell)}</th>`).join('')}</tr>\n${rows.join('\n')}</table></div>`
}
