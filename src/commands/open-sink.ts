import { markerSink } from '../output/markers.js'
import type { PlannedOutput } from '../output/plan-outputs.js'
import { joinSinks, type OutputOptions, openOutputs } from '../output/transcript-outputs.js'
import type { OpenSink } from '../terminal/display.js'
import { logLine } from '../terminal/log.js'
import type { CommandFlags } from './transcribe-options.js'

/** Where what happens to outputs is told: what is going on, and lines for the log. */
export type OutputReports = Readonly<Record<'status' | 'aside', (text: string) => void>>

/** Opens all outputs, the copy with markers among them. */
export function sinkOpener(
  audio: string | undefined,
  flags: CommandFlags,
  planned: readonly PlannedOutput[],
  giveUp: AbortSignal,
  tell: OutputReports,
): OpenSink {
  const { quiet = false, logLevel, markers, sentences, clobber } = flags
  const isSilent = logLevel === undefined ? quiet : ['ERROR', 'CRITICAL'].includes(logLevel)
  const options: OutputOptions = {
    ...flags,
    giveUp,
    onWaiting: (path) => tell.status(`waiting for somebody to read ${path}`),
    onLeft: (path, part) => {
      if (!isSilent) tell.aside(logLine('warning', `${path} is not complete: the text so far is in ${part}`))
    },
  }
  return async (facts) => {
    const outputs = await openOutputs(planned, facts, options)
    if (markers === undefined || audio === undefined) return outputs
    const waiting = { giveUp, onWaiting: () => options.onWaiting?.(markers) }
    return joinSinks([outputs, markerSink(audio, markers, facts, { sentences, clobber, ...waiting })])
  }
}
