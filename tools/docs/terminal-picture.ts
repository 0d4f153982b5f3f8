// A picture of a terminal that moves: frames of a screen become one SVG, which browsers play without a script.

/** Text of one look: from a column on, in one line of the screen. */
export interface Run {
  readonly column: number
  readonly text: string
  readonly isDim: boolean
}

/** What a screen shows from a moment on, line by line. */
export interface Frame {
  readonly atMs: number
  readonly lines: readonly (readonly Run[])[]
}

export interface PictureOptions {
  readonly columns: number
  readonly rows: number
  /** What is typed; stands above the screen in all frames. */
  readonly command: string
  /** For those who do not see the picture. */
  readonly title: string
  /** How long the last frame stays before the film starts again. */
  readonly holdMs: number
}

/** Width and height of a character, and the margin, in pixels. */
const [CELL, LINE, MARGIN] = [8.4, 20, 16]

/** The film of these frames. What plays no animations shows the last frame that has dim text. */
export function terminalPicture(frames: readonly Frame[], options: PictureOptions): string {
  const { columns, rows, command, title, holdMs } = options
  const [width, height] = [Math.ceil(columns * CELL) + 2 * MARGIN, rows * LINE]
  const total = (frames.at(-1)?.atMs ?? 0) + holdMs
  const ids = new Map<string, string>()
  const strip = frames.flatMap(({ lines }, frame) =>
    lines.slice(0, rows).flatMap((line, row) => {
      const markup = line.map(runMarkup).join('')
      if (markup === '') return []
      const id = ids.get(markup) ?? `l${ids.size}`
      ids.set(markup, id)
      return `<use href="#${id}" y="${frame * height + row * LINE}"/>`
    }),
  )
  const still = frames.findLastIndex(({ lines }) => lines.flat().some(({ isDim }) => isDim))
  const steps = frames.map(
    ({ atMs }, i) => `${i === 0 ? 0 : ((100 * atMs) / total).toFixed(2)}%{transform:translateY(${-i * height}px)}`,
  )
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height + 2 * LINE + MARGIN}" role="img">`,
    `<title>${escaped(title)}</title>`,
    '<style>',
    'text{font:14px ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;fill:#e6edf3;white-space:pre}',
    '.d{fill:#8b949e}',
    `.film{transform:translateY(${-Math.max(0, still) * height}px)}`,
    `@media (prefers-reduced-motion:no-preference){.film{animation:film ${total}ms steps(1,end) infinite}}`,
    `@keyframes film{${steps.join('')}}`,
    '</style>',
    `<defs>${[...ids].map(([markup, id]) => `<g id="${id}">${markup}</g>`).join('\n')}</defs>`,
    '<rect width="100%" height="100%" rx="8" fill="#0d1117"/>',
    `<text x="${MARGIN}" y="${MARGIN + 14}"><tspan class="d">$</tspan> ${escaped(command)}</text>`,
    `<clipPath id="screen"><rect width="${width}" height="${height}"/></clipPath>`,
    `<g clip-path="url(#screen)" transform="translate(${MARGIN} ${MARGIN + 1.5 * LINE})"><g class="film">`,
    ...strip,
    '</g></g></svg>',
    '',
  ].join('\n')
}

function runMarkup({ column, text, isDim }: Run): string {
  const length = ((text.length * CELL * 10) | 0) / 10
  const place = `x="${+(column * CELL).toFixed(1)}" y="14" textLength="${length}"`
  return `<text ${place}${isDim ? ' class="d"' : ''}>${escaped(text)}</text>`
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
}
