import { styleText } from 'node:util'
import wrapAnsi from 'wrap-ansi'
import { BackendError } from '../core/errors.js'
import { terminalText } from '../core/terminal-text.js'
import type { Diagnosis } from './examine.js'
import type { Finding } from './finding.js'

/** Where a report is read. */
export interface Paper {
  /** Columns of a terminal; null: lines are not broken. */
  readonly columns: number | null
  readonly hasColors: boolean
}

const COLORS = { ok: 'green', note: 'yellow', failed: 'red' } as const
const AREA_COLUMNS = 9
const STATE_COLUMNS = 8
/** Narrower columns of text are not readable. */
const MIN_COLUMNS = 24

/** A report for people: an area a block, what to do below what was found. */
export function reportOf({ findings, command }: Diagnosis, paper: Paper): string {
  const lines = findings.flatMap((finding, i) => linesOf(finding, findings[i - 1]?.area !== finding.area, paper))
  const failed = findings.filter(({ state }) => state === 'failed').length
  const sum =
    failed === 0 ? 'all that is needed works' : `${failed} ${failed === 1 ? 'thing does' : 'things do'} not work`
  const use = command === null ? [] : ['', 'to use on this machine:', `  ${terminalText(command)}`]
  return `${[...lines, ...use, '', sum].join('\n')}\n`
}

/** The same for programs. @param version of this program */
export function jsonReportOf({ findings, command }: Diagnosis, version: string): string {
  const isHealthy = findings.every(({ state }) => state !== 'failed')
  const plain = findings.map(({ repair, ...finding }) => ({ ...finding, fixes: repair?.what ?? null }))
  return JSON.stringify({ version, isHealthy, command, findings: plain }, null, 2)
}

/** What a run ends with when something does not work; null: all that is needed works. */
export function failureOf({ findings }: Diagnosis): BackendError | null {
  const failed = findings.filter(({ state }) => state === 'failed')
  if (failed.length === 0) return null
  const areas = [...new Set(failed.map(({ area }) => area))].join(', ')
  const hint = failed.some(({ repair }) => repair) ? 'run "asr-stream doctor --fix"' : 'do what stands above'
  return new BackendError(`${areas}: does not work`, { hint })
}

function linesOf(finding: Finding, isFirst: boolean, { columns, hasColors }: Paper): readonly string[] {
  const { area, state, message, hint } = finding
  const margin = AREA_COLUMNS + STATE_COLUMNS
  const label = state.padEnd(STATE_COLUMNS)
  const head = `${(isFirst ? area : '').padEnd(AREA_COLUMNS)}${hasColors ? styleText(COLORS[state], label, { validateStream: false }) : label}`
  const texts = [message, ...(hint === undefined ? [] : [`-> ${hint}`])].map(terminalText)
  const width = columns === null ? Number.POSITIVE_INFINITY : Math.max(MIN_COLUMNS, columns - margin)
  const broken = texts.flatMap((text) =>
    Number.isFinite(width) ? wrapAnsi(text, width, { hard: true }).split('\n') : [text],
  )
  return broken.map((line, i) => (i === 0 ? `${head}${line}` : `${' '.repeat(margin)}${line}`))
}
