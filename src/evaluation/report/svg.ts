/** Plots as text. Colors are those of the page's style sheet, so that they fit light, dark and paper. */

/** A place on an axis, in pixels. */
export type Scale = (value: number) => number

/** The frame of a plot: what the axes say, and where values lie in it. */
export interface PlotFrame {
  readonly width: number
  readonly height: number
  readonly left: number
  readonly right: number
  readonly top: number
  readonly bottom: number
  readonly x: Scale
  readonly y: Scale
}

/** An axis of a plot. */
export interface PlotAxis {
  readonly label: string
  readonly from: number
  readonly to: number
  /** How a value is written at the axis. */
  readonly show: (value: number) => string
}

const MARGIN = { left: 62, right: 20, top: 14, bottom: 48 }
/** Steps between marks of an axis are one of these times a power of ten. */
const STEPS = [1, 2, 5]
const MARKS = 6

/** Text as it may stand in HTML and SVG. */
export function escapedText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
}

/** The frame with axes and a grid, and where values are in it. */
export function plotFrame(
  width: number,
  height: number,
  horizontal: PlotAxis,
  vertical: PlotAxis,
): { readonly frame: PlotFrame; readonly parts: readonly string[] } {
  const { left, top } = MARGIN
  const [right, bottom] = [width - MARGIN.right, height - MARGIN.bottom]
  const x = scale(horizontal, left, right)
  const y = scale(vertical, bottom, top)
  const parts = [
    ...marks(horizontal).flatMap((value) => [
      line(x(value), top, x(value), bottom, 'grid'),
      svgText(x(value), bottom + 18, horizontal.show(value), 'tick', 'middle'),
    ]),
    ...marks(vertical).flatMap((value) => [
      line(left, y(value), right, y(value), 'grid'),
      svgText(left - 8, y(value) + 4, vertical.show(value), 'tick', 'end'),
    ]),
    line(left, bottom, right, bottom, 'axis'),
    line(left, top, left, bottom, 'axis'),
    svgText((left + right) / 2, bottom + 40, horizontal.label, 'label', 'middle'),
    `<text class="label" text-anchor="middle" transform="translate(16 ${px((top + bottom) / 2)}) rotate(-90)">${escapedText(vertical.label)}</text>`,
  ]
  return { frame: { width, height, left, right, top, bottom, x, y }, parts }
}

/** A whole drawing. */
export function drawing(frame: PlotFrame, title: string, parts: readonly string[]): string {
  const head = `<svg viewBox="0 0 ${frame.width} ${frame.height}" role="img" aria-label="${escapedText(title)}">`
  return [head, `<title>${escapedText(title)}</title>`, ...parts, '</svg>'].join('\n')
}

/** A straight line of a class of the style sheet. */
export function line(x1: number, y1: number, x2: number, y2: number, style: string): string {
  return `<line class="${style}" x1="${px(x1)}" y1="${px(y1)}" x2="${px(x2)}" y2="${px(y2)}"/>`
}

/** A line through points. */
export function polyline(points: readonly (readonly [number, number])[], style: string): string {
  return `<polyline class="${style}" points="${points.map(([x, y]) => `${px(x)},${px(y)}`).join(' ')}"/>`
}

/** Text at a place. */
export function svgText(
  x: number,
  y: number,
  content: string,
  style: string,
  anchor: 'start' | 'middle' | 'end' = 'start',
): string {
  return `<text class="${style}" x="${px(x)}" y="${px(y)}" text-anchor="${anchor}">${escapedText(content)}</text>`
}

/** A mark of the series of a number: color and shape are its own. */
export function mark(series: number, x: number, y: number, size: number, title = ''): string {
  const shape = [circle, square, triangle, diamond][series % 4] ?? circle
  return `<path class="series s${series % 4}" d="${shape(x, y, size)}">${title === '' ? '' : `<title>${escapedText(title)}</title>`}</path>`
}

function circle(x: number, y: number, r: number): string {
  return `M${px(x - r)} ${px(y)}a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${-2 * r} 0`
}

function square(x: number, y: number, r: number): string {
  return `M${px(x - r)} ${px(y - r)}h${2 * r}v${2 * r}h${-2 * r}z`
}

function triangle(x: number, y: number, r: number): string {
  return `M${px(x)} ${px(y - 1.2 * r)}L${px(x + 1.2 * r)} ${px(y + r)}L${px(x - 1.2 * r)} ${px(y + r)}z`
}

function diamond(x: number, y: number, r: number): string {
  return `M${px(x)} ${px(y - 1.4 * r)}L${px(x + 1.4 * r)} ${px(y)}L${px(x)} ${px(y + 1.4 * r)}L${px(x - 1.4 * r)} ${px(y)}z`
}

function scale({ from, to }: PlotAxis, start: number, end: number): Scale {
  const span = to - from || 1
  return (value) => start + ((value - from) / span) * (end - start)
}

/** Round values along an axis. */
function marks({ from, to }: PlotAxis): readonly number[] {
  const step = roundStep((to - from) / MARKS)
  const first = Math.ceil(from / step - 1e-9)
  const count = Math.floor(to / step + 1e-9) - first + 1
  return Array.from({ length: Math.max(0, count) }, (_, index) => (first + index) * step)
}

/** The next round number that is not less. */
export function roundStep(least: number): number {
  if (!(least > 0)) return 1
  const power = 10 ** Math.floor(Math.log10(least))
  return (STEPS.find((step) => step * power >= least * (1 - 1e-9)) ?? 10) * power
}

/** A round end of an axis at or after a value. */
export function roundEnd(value: number): number {
  const step = roundStep(value / MARKS)
  return Math.max(step, Math.ceil(value / step - 1e-9) * step)
}

function px(pixels: number): string {
  return String(Math.round(pixels * 10) / 10)
}
