import { LabelPlacer } from './labels.js'
import type { Summary } from './summary.js'

const WIDTH = 860
const FRAME = { left: 70, right: 30, top: 50, height: 380 }
const ROW = 20
const OWN = '#0b6e4f'
const PEER = '#a3420f'

/** A place on an axis, in pixels. */
type Scale = (value: number) => number

/**
 * An SVG plot of lag over computing (logarithmic), a labeled mark for each program. Programs that give all text at the
 * end have no lag: they stand beneath.
 */
export function comparisonPlot(title: string, summaries: readonly Summary[]): string {
  const streaming = summaries.filter(({ lagMean }) => !Number.isNaN(lagMean))
  const offline = summaries.filter(({ lagMean }) => Number.isNaN(lagMean)).sort((a, b) => a.wallSec - b.wallSec)
  const bottom = FRAME.top + FRAME.height
  const floor = bottom + (offline.length > 0 ? 14 + offline.length * ROW : 0)
  const [least, most] = decades(summaries.map(({ wallSec }) => wallSec))
  const right = WIDTH - FRAME.right
  const x: Scale = (value) =>
    FRAME.left + (Math.log(value / least) / Math.log(most / least)) * (WIDTH - FRAME.left - FRAME.right)
  const lagTop = Math.max(0.5, Math.ceil(2.2 * Math.max(0, ...streaming.map(({ lagMean }) => lagMean))) / 2)
  const y: Scale = (value) => bottom - (value / lagTop) * FRAME.height
  const placer = new LabelPlacer({ left: FRAME.left, right, top: FRAME.top, bottom })
  const points = streaming.map((summary) => ({ summary, x: x(summary.wallSec), y: y(summary.lagMean) }))
  for (const point of points) placer.block(point)
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${floor + 60}" role="img" font-family="sans-serif" font-size="13">`,
    `<title>${escaped(title)}</title>`,
    `<rect width="${WIDTH}" height="${floor + 60}" fill="#ffffff"/>`,
    text(FRAME.left, 28, title, 'font-size="15" font-weight="bold"'),
    ...xTicks(least, most).flatMap((value) => [
      line(x(value), FRAME.top, x(value), floor),
      text(x(value), floor + 18, String(value), 'text-anchor="middle"'),
    ]),
    ...yTicks(lagTop).flatMap((value) => [
      line(FRAME.left, y(value), right, y(value)),
      text(FRAME.left - 8, y(value) + 4, value.toFixed(1), 'text-anchor="end"'),
    ]),
    text((FRAME.left + right) / 2, floor + 44, 'computing, seconds per second of audio', 'text-anchor="middle"'),
    text(
      0,
      0,
      'mean lag, seconds',
      `text-anchor="middle" transform="translate(22 ${(FRAME.top + bottom) / 2}) rotate(-90)"`,
    ),
    ...points.flatMap((point) => {
      const label = placer.place(point.summary.name, point)
      return [mark(point.x, point.y, point.summary), text(label.x, label.y, point.summary.name, ink(point.summary))]
    }),
    ...offlineStrip(offline, bottom, right, x),
    '</svg>\n',
  ].join('\n')
}

/** A row a program; the label stands on the side with more room. */
function offlineStrip(offline: readonly Summary[], bottom: number, right: number, x: Scale): string[] {
  if (offline.length === 0) return []
  const rows = offline.flatMap((summary, i) => {
    const [at, row] = [x(summary.wallSec), bottom + 14 + i * ROW]
    const toLeft = at > (FRAME.left + right) / 2
    const place = `${ink(summary)} text-anchor="${toLeft ? 'end' : 'start'}"`
    return [mark(at, row, summary), text(at + (toLeft ? -10 : 10), row + 4, summary.name, place)]
  })
  return [text(FRAME.left - 8, bottom + 18, 'offline', 'text-anchor="end"'), ...rows]
}

/** Powers of ten would waste room: 1, 2 and 5 of each. */
function xTicks(least: number, most: number): number[] {
  return steps().filter((value) => value >= least && value <= most)
}

/** The steps around all values. */
function decades(values: readonly number[]): [number, number] {
  const all = steps()
  const least = all.findLast((step) => step < Math.min(...values)) ?? all[0]!
  const most = all.find((step) => step > Math.max(...values)) ?? all.at(-1)!
  return [least, most]
}

function steps(): number[] {
  return [-4, -3, -2, -1, 0, 1, 2].flatMap((power) => [1, 2, 5].map((digit) => Number(`${digit}e${power}`)))
}

function yTicks(top: number): number[] {
  return Array.from({ length: Math.round(top * 2) + 1 }, (_, i) => i / 2)
}

function mark(x: number, y: number, { own }: Summary): string {
  if (own) return `<circle cx="${round(x)}" cy="${round(y)}" r="5.5" fill="${OWN}"/>`
  return `<rect x="${round(x - 5)}" y="${round(y - 5)}" width="10" height="10" fill="${PEER}"/>`
}

function ink({ own }: Summary): string {
  return `fill="${own ? OWN : PEER}"`
}

function line(x1: number, y1: number, x2: number, y2: number): string {
  return `<line x1="${round(x1)}" y1="${round(y1)}" x2="${round(x2)}" y2="${round(y2)}" stroke="#dddddd"/>`
}

function text(x: number, y: number, content: string, attributes: string): string {
  return `<text x="${round(x)}" y="${round(y)}" ${attributes}>${escaped(content)}</text>`
}

function round(pixels: number): string {
  return pixels.toFixed(1)
}

function escaped(content: string): string {
  return content.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
