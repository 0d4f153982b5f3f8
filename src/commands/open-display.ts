import { fstatSync } from 'node:fs'
import { fileWriter } from '../output/writers/file-writer.js'
import { standardOutput } from '../output/writers/line-writer.js'
import { refuseOverwriting } from '../output/writers/overwriting.js'
import { ownTerminal } from '../output/writers/standard-output.js'
import { type Display, displayLines } from '../terminal/display.js'
import { createProgress } from '../terminal/log.js'
import { replacesInPlace, showsUnicode } from '../terminal/terminal-kind.js'
import { abortAfter, LINE_DRAIN_SEC } from '../transcriber/shutdown.js'
import type { CommandFlags } from './transcribe-options.js'

/**
 * Text that grows where there is a terminal that can show it, else lines.
 * @param audio the input file, which the lines must not replace
 * @throws UsageError when they would
 */
export async function openDisplay(
  audio: string | undefined,
  { quiet = false, output, live = true, mic = false }: CommandFlags,
  interruption: AbortSignal,
): Promise<Display> {
  if (audio !== undefined) await refuseOverwriting(audio, output)
  const { env } = process
  const terminal = ownTerminal(process.stdout)
  const giveUp = abortAfter(interruption, LINE_DRAIN_SEC)
  const linesTo = (path: string, tell: (text: string) => void) =>
    fileWriter(path, { giveUp, onWaiting: () => tell(`waiting for somebody to read ${path}`) })
  if (live && !quiet && replacesInPlace(terminal, env)) {
    const { displayLive } = await import('../terminal/live-display.js')
    const { openLiveView } = await import('../terminal/open-live-view.js')
    const view = openLiveView(terminal, env)
    const open = output === undefined ? null : () => linesTo(output, (text) => view.status(text))
    return displayLive({ view, meter: mic ? (showsUnicode(env) ? 'unicode' : 'ascii') : 'none', open })
  }
  const progress = await createProgress(!quiet)
  if (output === undefined) return displayLines(progress, async () => standardOutput(giveUp), isPiped())
  return displayLines(progress, () => linesTo(output, progress.show), false)
}

/** Whether another program reads the lines, and may show them on the same terminal. */
function isPiped(): boolean {
  try {
    const status = fstatSync(1)
    return status.isFIFO() || status.isSocket()
  } catch {
    return false
  }
}
