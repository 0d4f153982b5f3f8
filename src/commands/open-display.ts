import { ownTerminal } from '../output/standard-output.js'
import { type Display, displayLines } from './display.js'
import { delayed, LAST_LINES_SEC } from './stopping.js'
import type { CommandFlags } from './transcribe-options.js'

/**
 * Text that grows where it goes to a terminal that can show it, else lines.
 * @param audio the file that is heard, which the lines must not replace
 */
export async function openDisplay(
  audio: string | undefined,
  { quiet = false, output, live = true, mic = false }: CommandFlags,
  interruption: AbortSignal,
): Promise<Display> {
  const { env } = process
  const terminal = ownTerminal(process.stdout)
  if (live && !quiet && output === undefined) {
    const { displayLive, isCapable } = await import('./live-display.js')
    if (isCapable(terminal, env)) return displayLive({ terminal, env, meter: mic })
  }
  return displayLines({ progress: !quiet, output, audio, giveUp: delayed(interruption, LAST_LINES_SEC) })
}
