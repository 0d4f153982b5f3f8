import type { EndEvent } from '../core/events.js'
import { planOutputs } from '../output/plan-outputs.js'
import { cueLimits } from '../output/subtitles/cue-limits.js'
import { createLog } from '../terminal/log.js'
import { tellEnd } from '../terminal/stream-reports.js'
import { inputKind, openInput } from '../transcriber/open-input.js'
import { abortAfter, DRAIN_SEC } from '../transcriber/shutdown.js'
import { configSettings } from './config-settings.js'
import { type CommandRun, configure } from './configure.js'
import { inTime } from './in-time.js'
import { loadInTime } from './load-in-time.js'
import { isForFiles, onlyFormat, writtenOf } from './many-files.js'
import { openDisplay } from './open-display.js'
import type { CommandFlags } from './transcribe-options.js'

/** `asr-stream talk.wav`, `asr-stream -`, `asr-stream --mic`: prints text with times as soon as it is final. */
export async function transcribeCommand(names: readonly string[], flags: CommandFlags, run: CommandRun): Promise<void> {
  if (await isForFiles(names, flags)) {
    return (await import('./transcribe-files.js')).transcribeFilesCommand(names, flags, run)
  }
  const { signal: interruption, given } = run
  const [audio] = names
  const { logLevel, quiet = false, profile, account = false, option = [], mic = false, device, recorder } = flags
  const planned = planOutputs(flags.output ?? [], onlyFormat(flags))
  cueLimits(flags)
  const display = await openDisplay(audio, flags, planned, interruption)
  try {
    const log = await createLog(logLevel ?? (quiet ? 'ERROR' : 'WARNING'), display.aside)
    const settings = await configSettings(flags)
    const written = { ...writtenOf(planned, flags), hasSeveral: false }
    const surroundings = { flags, input: await inputKind(audio, mic), log, given, ...written }
    const { config, loader } = await configure(settings, option, surroundings)
    const isSurelyRaw = ['rawEncoding', 'rawRate', 'rawChannels'].some((key) => key in settings)
    const listening = { log, isSurelyRaw, stop: interruption, onArrival: display.arrived }
    const input = await openInput({ audio, mic, device, recorder }, config, listening)
    // Ctrl-C ends the listening; what has arrived is recognized still, if that is soon done.
    const signal = input.isLive ? abortAfter(interruption, DRAIN_SEC) : interruption
    const context = { signal: interruption, log, progress: display.loading }
    let end: EndEvent | null = null
    try {
      display.loading(`loading ${config.backend}`)
      await using transcriber = await loadInTime(config, loader, context, interruption)
      await display.start({ separator: transcriber.separator, language: null })
      const show = async () => {
        for await (const event of transcriber.run(input, { signal })) {
          if (event.type === 'end') end = event
          await display.take(event)
        }
      }
      await inTime(show(), `the backend "${config.backend}" does not answer: it`)
      // Live input that somebody ends is whole: it has come to its end.
      await display.complete((end as EndEvent | null)?.reason === 'complete')
    } finally {
      await input.close()
      tellEnd(end, { profile, account }, display.aside)
    }
  } finally {
    await display.close()
  }
}
