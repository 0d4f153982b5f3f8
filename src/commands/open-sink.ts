import { stat } from 'node:fs/promises'
import { markerSink, refuseUnmarkable } from '../output/markers.js'
import type { PlannedOutput } from '../output/plan-outputs.js'
import { joinSinks, type OutputOptions, openOutputs } from '../output/transcript-outputs.js'
import { alreadyThere } from '../output/writers/aside-writer.js'
import { refuseOverwriting } from '../output/writers/overwriting.js'
import type { OpenSink } from '../terminal/display.js'
import { logLine } from '../terminal/log.js'
import type { CommandFlags } from './transcribe-options.js'

/** Where what happens to outputs is told: what is going on, and lines for the log. */
export type OutputReports = Readonly<Record<'status' | 'aside', (text: string) => void>>

/**
 * Looks at outputs before anything is computed.
 * @throws UsageError when one is the audio, or audio that gets markers is no WAV file; OutputError when a file is there that must
 *   not be replaced
 */
export async function checkOutputs(
  audio: string | undefined,
  { markers, clobber }: CommandFlags,
  planned: readonly PlannedOutput[],
): Promise<void> {
  const copies = markers === undefined ? [] : [markers]
  for (const path of [...planned.map((one) => one.path), ...copies]) {
    const option = copies.includes(path) ? '--markers' : '--output'
    if (audio !== undefined) await refuseOverwriting(audio, path, option)
    if (clobber === false && (await stat(path).catch(() => null))?.isFile()) throw alreadyThere(path)
  }
  if (markers !== undefined && audio !== undefined) await refuseUnmarkable(audio)
}

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
    return joinSinks([outputs, markerSink(audio, markers, facts, { sentences, clobber })])
  }
}
