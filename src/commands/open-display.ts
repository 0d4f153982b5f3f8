import { fstatSync } from 'node:fs'
import type { Given } from '../config/doors/given.js'
import { type PlannedOutput, STANDARD_OUTPUT } from '../output/plan-outputs.js'
import { ownTerminal } from '../output/writers/standard-output.js'
import { type Display, displayWritten } from '../terminal/display.js'
import { createProgress } from '../terminal/log.js'
import { replacesInPlace, showsUnicode } from '../terminal/terminal-kind.js'
import { checkOutputs } from './check-outputs.js'
import { sinkOpener } from './open-sink.js'
import type { CommandFlags } from './transcribe-options.js'

/**
 * Text that grows where there is a terminal that can show it and nothing else goes there, else what the outputs say.
 * @param audio the input file, which outputs must not replace
 * @param giveUp when it is aborted, readers are not waited for any longer
 * @throws as `checkOutputs`
 */
export async function openDisplay(
  audio: string | undefined,
  flags: CommandFlags,
  given: Given | undefined,
  planned: readonly PlannedOutput[],
  giveUp: AbortSignal,
): Promise<Display> {
  await checkOutputs(audio, flags, given, planned)
  const { quiet = false, live = true, mic = false, channels, output = [], format, markers } = flags
  const { env } = process
  const terminal = ownTerminal(process.stdout)
  const writesHere = planned.some(({ path }) => path === STANDARD_OUTPUT)
  const isAsked = output.length > 0 || format !== undefined
  // Text that grows is one text, of one speaker.
  const mayGrow = live && channels === undefined
  if (mayGrow && !quiet && !(isAsked && writesHere) && replacesInPlace(terminal, env)) {
    const { displayLive } = await import('../terminal/live-display.js')
    const { openLiveView } = await import('../terminal/open-live-view.js')
    const view = openLiveView(terminal, env)
    const tell = {
      status: (text: string) => view.status(text),
      aside: (text: string) => view.aside(() => void process.stderr.write(text)),
    }
    const open =
      isAsked || markers !== undefined ? sinkOpener(audio, flags, isAsked ? planned : [], giveUp, tell) : null
    return displayLive({ view, meter: mic ? (showsUnicode(env) ? 'unicode' : 'ascii') : 'none', open })
  }
  const progress = await createProgress(!quiet)
  const tell = { status: progress.show, aside: (text: string) => void process.stderr.write(text) }
  return displayWritten(progress, sinkOpener(audio, flags, planned, giveUp, tell), writesHere && isPiped())
}

/** Whether another program reads the text, and may show it on the same terminal. */
function isPiped(): boolean {
  try {
    const status = fstatSync(1)
    return status.isFIFO() || status.isSocket()
  } catch {
    return false
  }
}
