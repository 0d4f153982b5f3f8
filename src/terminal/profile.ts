import { terminalText } from '../core/terminal-text.js'
import type { StageTiming } from '../core/types.js'

/**
 * A table of what recognition went to, stage by stage.
 *
 * @param timings of all updates together
 * @param audioSec seconds of audio that were recognized
 */
export function formatProfile(timings: readonly StageTiming[], audioSec: number): string {
  const total = timings.reduce((sum, { seconds }) => sum + seconds, 0)
  const rows = [...timings, { stage: 'all', seconds: total, calls: 0 }].map(({ stage, seconds, calls }) => [
    terminalText(stage),
    (1000 * seconds).toFixed(0),
    calls > 0 ? String(calls) : '',
    calls > 0 ? ((1000 * seconds) / calls).toFixed(1) : '',
    total > 0 ? ((100 * seconds) / total).toFixed(0) : '',
    audioSec > 0 ? ((1000 * seconds) / audioSec).toFixed(1) : '',
  ])
  const table = [['stage', 'ms', 'calls', 'ms a call', '%', 'ms a second of audio'], ...rows]
  const widths = table[0]!.map((_, column) => Math.max(...table.map((row) => row[column]!.length)))
  return table
    .map((row) => row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!))).join('  '))
    .map((line) => `${line.trimEnd()}\n`)
    .join('')
}
