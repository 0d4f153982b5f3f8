import { type CapacityResults, capacityResults, type StoredCheck } from '../../bench/capacity/results.js'
import { alignedTable } from '../../bench/table.js'
import { PLOT_STYLE } from '../../src/evaluation/report/style.js'
import { drawing, mark, plotFrame, polyline, roundEnd, svgText } from '../../src/evaluation/report/svg.js'

const WIDTH = 860
const HEIGHT = 360
/** Each digit before the point of the largest number of sessions. */
const MAX_POWER = 5

/** The pictures and tables of the simulation, from what `bench/capacity.ts` and `bench/capacity/run-fleets.ts` stored. */
export function capacityPart(): string {
  const { real, known, fleets = [] } = stored()
  const cores = real.probe.machine.cores
  const busy = (load: number) => (load > cores ? `, while ${load} programs wanted the processors` : '')
  const made = `${real.date} on ${cores} cores (${real.probe.machine.processor})`
  return [
    '![lag of one server over its sessions, and cores for each 100 sessions of a fleet](images/capacity.svg)',
    '',
    `Simulated from a probe of ${made}${busy(real.load)},`,
    `${named(real)}, one worker of ${real.probe.options.threads} thread in each server:`,
    '',
    alignedTable(
      ['sessions at once', 'servers', 'cores', 'memory', 'text late, mean', '95 %', 'moved by restarts'],
      fleets.map((row) => [
        row.sessions.toLocaleString('en'),
        row.servers.toLocaleString('en'),
        row.cores.toLocaleString('en'),
        `${Math.round(row.memoryMb / 1000).toLocaleString('en')} GB`,
        `${row.textLagMean.toFixed(2)} s`,
        `${row.textLag95.toFixed(2)} s`,
        row.moved.toLocaleString('en'),
      ]),
    ),
    '',
    `Measured, and simulated from the same probe${busy(known.load)}:`,
    '',
    alignedTable(
      ['what', 'servers', 'sessions each', 'update late, mean', '95 %', 'text late, mean', '95 %', 'processor'],
      [...rowsOf('waits a known time', known), ...rowsOf(named(real), real)],
    ),
    ...(real.comparisons.length > 0 ? [] : ['', 'With the model itself this is to be measured on a quiet machine.']),
  ].join('\n')
}

/** One picture, light or dark as the system is. */
export function capacityPicture(): string {
  const { curve = [], fleets = [], real } = stored()
  const most = Math.max(...curve.map(({ sessions }) => sessions))
  const latest = Math.max(...curve.map(({ textLag95 }) => textLag95))
  const upper = plotFrame(
    WIDTH,
    HEIGHT,
    { label: 'sessions on one server', from: 0, to: roundEnd(most), show: String },
    { label: 'final text is late, seconds', from: 0, to: roundEnd(latest), show: (value) => String(round(value)) },
  )
  const measured = real.comparisons.filter(({ sessions }) => sessions <= most)
  const points = (of: 'textLagMean' | 'textLag95') =>
    curve.map((point) => [upper.frame.x(point.sessions), upper.frame.y(point[of])] as const)
  const marks = measured.flatMap(({ sessions, measured: { textLagMean, textLag95 } }) => [
    mark(0, upper.frame.x(sessions), upper.frame.y(Math.min(latest, textLagMean)), 4),
    mark(1, upper.frame.x(sessions), upper.frame.y(Math.min(latest, textLag95)), 4),
  ])
  const perHundred = fleets.map(({ cores, sessions }) => (100 * cores) / sessions)
  const lower = plotFrame(
    WIDTH,
    HEIGHT,
    {
      label: 'sessions at once on all servers',
      from: 1,
      to: MAX_POWER,
      show: (power) => (10 ** power).toLocaleString('en'),
    },
    {
      label: 'cores for 100 sessions',
      from: 0,
      to: roundEnd(Math.max(...perHundred)),
      show: (value) => String(round(value)),
    },
  )
  const onLine = fleets.map(
    ({ sessions }, at) => [lower.frame.x(Math.log10(sessions)), lower.frame.y(perHundred[at] ?? 0)] as const,
  )
  const ends = (['textLagMean', 'textLag95'] as const).map((of, at) => {
    const [x, y] = points(of).at(-1) ?? [0, 0]
    return svgText(x - 10, y - 8, at === 0 ? 'mean' : '95 %', 'name', 'end')
  })
  const parts = [
    ...upper.parts,
    polyline(points('textLagMean'), 'cost s0'),
    polyline(points('textLag95'), 'cost s1'),
    ...marks,
    ...ends,
    `<g transform="translate(0 ${HEIGHT})">`,
    ...lower.parts,
    polyline(onLine, 'cost s2'),
    ...onLine.map(([x, y]) => mark(2, x, y, 4)),
    '</g>',
  ]
  const ground = '<rect width="100%" height="100%" style="fill: var(--page)"/>'
  const plot = drawing(
    { ...upper.frame, width: WIDTH + 20, height: 2 * HEIGHT },
    'Simulated lag of one server, and size of fleets',
    parts,
  )
  return `${plot
    .replace('<svg ', '<svg xmlns="http://www.w3.org/2000/svg" ')
    .replace('</title>', `</title>\n<style>${PLOT_STYLE}</style>\n${ground}`)}\n`
}

function stored(): CapacityResults & { readonly real: StoredCheck; readonly known: StoredCheck } {
  const { real, known, ...others } = capacityResults()
  if (real === undefined || known === undefined) throw new Error('bench/results/capacity.json is not complete')
  return { ...others, real, known }
}

function named({ probe: { options } }: StoredCheck): string {
  return `${options.model}, ${options.policy}, ${options.minChunkSize} s`
}

function rowsOf(what: string, { comparisons }: StoredCheck): string[][] {
  return comparisons.map(({ servers, sessions, measured, simulated }) => [
    what,
    String(servers),
    String(sessions),
    ...(['lagMean', 'lag95', 'textLagMean', 'textLag95', 'cpuSec'] as const).map((key) =>
      key === 'cpuSec' && simulated.cpuSec === 0
        ? '-'
        : `${measured[key].toFixed(2)} s, ${simulated[key].toFixed(2)} s`,
    ),
  ])
}

function round(value: number): number {
  return Math.round(value * 100) / 100
}
