import type { ScoredRecording } from '../evaluation.js'
import { minutesTime } from './figures.js'
import { drawing, line, mark, type PlotAxis, plotFrame, polyline, roundEnd } from './svg.js'

const WIDTH = 860
const LAG_HEIGHT = 240
const COST_HEIGHT = 190
/** More marks than this would only make the page large. */
const MAX_MARKS = 1500
const MAX_BARS = 300

/** A recording under one setting, with the number of its color. */
export interface PlottedRecording {
  readonly series: number
  readonly recording: ScoredRecording
}

/** The lag of each word along the recording; empty where words have no times. */
export function lagPlot(plotted: readonly PlottedRecording[]): string {
  const lags = plotted.flatMap(({ series, recording }) => recording.lags.map((lag) => ({ series, ...lag })))
  if (lags.length === 0) return ''
  const [least, most] = [
    Math.min(0, ...lags.map(({ lagSec }) => lagSec)),
    Math.max(...lags.map(({ lagSec }) => lagSec)),
  ]
  const { frame, parts } = plotFrame(WIDTH, LAG_HEIGHT, timeAxis(plotted), {
    label: 'lag, seconds',
    from: least < 0 ? -roundEnd(-least) : 0,
    to: roundEnd(most),
    show: decimals,
  })
  const every = Math.ceil(lags.length / MAX_MARKS)
  return drawing(frame, 'Lag along the recording', [
    ...parts,
    ...lags
      .filter((_, index) => index % every === 0)
      .map(({ series, saidSec, lagSec }) => mark(series, frame.x(saidSec), frame.y(lagSec), 2.5)),
    ...plotted.flatMap(({ series, recording }) => {
      const own = recording.lags.map(({ lagSec }) => lagSec)
      const mean = own.reduce((sum, lag) => sum + lag, 0) / own.length
      return own.length === 0
        ? []
        : [line(frame.left, frame.y(mean), frame.right, frame.y(mean), `mean s${series % 4}`)]
    }),
  ])
}

/** Seconds of computing of each update along the recording. */
export function costPlot(plotted: readonly PlottedRecording[]): string {
  const costs = plotted.map(({ series, recording }) => ({ series, bars: bars(recording) }))
  const most = Math.max(0, ...costs.flatMap(({ bars: own }) => own.map(({ computingSec }) => computingSec)))
  if (most === 0) return ''
  const { frame, parts } = plotFrame(WIDTH, COST_HEIGHT, timeAxis(plotted), {
    label: 'computing, seconds',
    from: 0,
    to: roundEnd(most),
    show: decimals,
  })
  return drawing(frame, 'Cost of updates along the recording', [
    ...parts,
    ...costs.map(({ series, bars: own }) =>
      polyline(
        own.map(({ takenSec, computingSec }) => [frame.x(takenSec), frame.y(computingSec)]),
        `cost s${series % 4}`,
      ),
    ),
  ])
}

/** Updates, or sums of neighboring ones where there are very many. */
function bars({ updates, durationSec }: ScoredRecording) {
  if (updates.length <= MAX_BARS) return updates
  const width = durationSec / MAX_BARS
  const sums = new Map<number, number>()
  for (const { takenSec, computingSec } of updates) {
    const bar = Math.floor(takenSec / width)
    sums.set(bar, (sums.get(bar) ?? 0) + computingSec)
  }
  return [...sums].map(([bar, computingSec]) => ({ takenSec: (bar + 0.5) * width, computingSec }))
}

function timeAxis(plotted: readonly PlottedRecording[]): PlotAxis {
  const to = Math.max(1, ...plotted.map(({ recording }) => recording.durationSec))
  return {
    label: 'time in the recording',
    from: 0,
    to,
    show: (value) => (to < 100 ? `${decimals(value)} s` : minutesTime(value).replace(/\.0$/, '')),
  }
}

function decimals(value: number): string {
  return String(Math.round(value * 1e4) / 1e4)
}
