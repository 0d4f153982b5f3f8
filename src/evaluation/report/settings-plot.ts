import type { SettingResult } from '../evaluation.js'
import { percent, seconds } from './figures.js'
import { paretoFront } from './pareto.js'
import { drawing, line, mark, plotFrame, polyline, roundEnd, svgText } from './svg.js'

const WIDTH = 860
const HEIGHT = 420
const LETTER = 6.6
const ROW = 15
/** Pixels between boxes on a line. */
const LINE_STEP = 6

interface Box {
  readonly left: number
  readonly right: number
  readonly top: number
  readonly bottom: number
}

/** Errors over lag, a mark for each setting, and a line through those that no other beats; empty without lags. */
export function settingsPlot(settings: readonly SettingResult[]): string {
  const placed = settings.flatMap((setting, index) => {
    const { errorRate, lag, errorInterval } = setting.summary
    return errorRate === null || lag === null
      ? []
      : [{ setting, index, errors: errorRate, lag: lag.mean, errorInterval }]
  })
  if (placed.length === 0) return ''
  const worst = Math.max(...placed.map(({ errors }) => errors))
  // Wide intervals would press all settings to the ground.
  const most = Math.min(2 * worst, Math.max(worst, ...placed.map(({ errorInterval }) => errorInterval?.[1] ?? 0)))
  const latest = Math.max(...placed.map(({ lag }) => lag))
  const { frame, parts } = plotFrame(
    WIDTH,
    HEIGHT,
    { label: 'mean lag of words, seconds', from: 0, to: roundEnd(1.15 * latest), show: (value) => `${round(value)}` },
    {
      label: 'errors, %',
      from: 0,
      to: roundEnd(Math.max(0.01, 1.05 * most)),
      show: (value) => `${round(100 * value)}`,
    },
  )
  const points = placed.map((one) => ({ ...one, x: frame.x(one.lag), y: frame.y(one.errors) }))
  const front = paretoFront(settings).flatMap((setting) => points.filter((point) => point.setting === setting))
  const taken: Box[] = points.map(({ x, y }) => ({ left: x - 7, right: x + 7, top: y - 7, bottom: y + 7 }))
  const onFront = front.slice(1).flatMap((point, index) => boxesAlong(front[index] ?? point, point))
  const labels = points.map(({ setting, index, x, y }) => {
    const name = settings.length > 12 ? String(index + 1) : setting.name || 'this setting'
    const place = placeFor(name.length * LETTER, x, y, frame, { taken, lines: onFront })
    return svgText(place.x, place.y, name, 'name', place.anchor)
  })
  return drawing(frame, 'Errors over lag', [
    ...parts,
    ...points.flatMap(({ x, errorInterval }) =>
      errorInterval === null
        ? []
        : [line(x, frame.y(errorInterval[0]), x, Math.max(frame.top, frame.y(errorInterval[1])), 'interval')],
    ),
    ...(front.length > 1
      ? [
          polyline(
            front.map(({ x, y }) => [x, y]),
            'front',
          ),
        ]
      : []),
    ...points.map(({ setting, index, errors, lag, x, y }) =>
      mark(index, x, y, 5.5, `${setting.name}: ${percent(errors)} % errors, ${seconds(lag)} s`),
    ),
    ...labels,
  ])
}

/** Small boxes on a line from one point to another. */
function boxesAlong(from: { readonly x: number; readonly y: number }, to: typeof from): readonly Box[] {
  const count = Math.ceil(Math.hypot(to.x - from.x, to.y - from.y) / LINE_STEP)
  return Array.from({ length: count }, (_, index) => {
    const share = (index + 0.5) / count
    const [x, y] = [from.x + share * (to.x - from.x), from.y + share * (to.y - from.y)]
    return { left: x - 2, right: x + 2, top: y - 2, bottom: y + 2 }
  })
}

/** What labels keep off: marks and other labels always, lines where they can. */
interface Obstacles {
  readonly taken: Box[]
  readonly lines: readonly Box[]
}

/** Where a label covers nothing: right, left, above or beneath of its mark, farther off where it has to. */
function placeFor(width: number, x: number, y: number, frame: Box, { taken, lines }: Obstacles) {
  const places = [0, 1, 2, 3, 4].flatMap((far) => {
    const away = far * ROW
    return [
      { x: x + 11, y: y + 4 - away, anchor: 'start' as const },
      { x: x + 11, y: y + 4 + away, anchor: 'start' as const },
      { x: x - 11, y: y + 4 - away, anchor: 'end' as const },
      { x: x - 11, y: y + 4 + away, anchor: 'end' as const },
    ]
  })
  const boxOf = (place: { readonly x: number; readonly y: number; readonly anchor: 'start' | 'end' }): Box => ({
    left: place.anchor === 'start' ? place.x : place.x - width,
    right: place.anchor === 'start' ? place.x + width : place.x,
    top: place.y - 11,
    bottom: place.y + 3,
  })
  const isOff = (box: Box, others: readonly Box[]) =>
    others.every((one) => box.right < one.left || box.left > one.right || box.bottom < one.top || box.top > one.bottom)
  const fits = places.filter((place) => {
    const box = boxOf(place)
    const isInside = box.left > frame.left && box.right < frame.right + 15
    return isInside && box.top > frame.top && box.bottom < frame.bottom && isOff(box, taken)
  })
  const clear = fits.find((place) => isOff(boxOf(place), lines))
  const found = clear ?? fits[0] ?? { x: x + 11, y: y + 4, anchor: 'start' as const }
  taken.push(boxOf(found))
  return found
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000
}
