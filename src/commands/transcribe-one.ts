import type { EndEvent } from '../core/events.js'
import { createLog } from '../terminal/log.js'
import { isWhole, tellEnd } from '../terminal/stream-reports.js'
import { inputFacts } from '../transcriber/open-input.js'
import { abortAfter, DRAIN_SEC, LINE_DRAIN_SEC } from '../transcriber/shutdown.js'
import { configSettings, isSurelyRaw } from './config-settings.js'
import { type CommandRun, configure } from './configure.js'
import { inTime } from './in-time.js'
import { loadInTime } from './load-in-time.js'
import { openDisplay } from './open-display.js'
import { openHeard } from './open-heard.js'
import { openTape } from './open-tape.js'
import { plannedOutputs, whatIsWritten } from './planned-outputs.js'
import { tapeFiles } from './tape-audio.js'
import type { CommandFlags } from './transcribe-options.js'

/** Prints the text of one recording, or of live audio, with times as soon as it is final. */
export async function transcribeOneCommand(
  audio: string | undefined,
  flags: CommandFlags,
  { signal: interruption, given }: CommandRun,
): Promise<void> {
  const { logLevel, quiet = false, device, recorder, profile, account = false, option = [], mic = false } = flags
  const planned = plannedOutputs(flags)
  const giveUp = abortAfter(interruption, LINE_DRAIN_SEC)
  const display = await openDisplay(audio, flags, given, planned, giveUp)
  try {
    const log = await createLog(logLevel ?? (quiet ? 'ERROR' : 'WARNING'), display.aside)
    const settings = await configSettings(flags)
    const surroundings = { flags, ...(await inputFacts(audio, mic)), log, given, ...whatIsWritten(flags, planned) }
    const { config, loader } = await configure(settings, option, surroundings)
    const tape = await openTape(tapeFiles(flags), log, { giveUp, tell: display.loading })
    const listening = { log, given, isSurelyRaw: isSurelyRaw(settings), stop: interruption, onArrival: display.arrived }
    const input = await openHeard({ audio, mic, device, recorder }, flags, config, { ...listening, heard: tape.heard })
    const signal = input.isLive ? abortAfter(interruption, DRAIN_SEC) : interruption
    const context = { signal: interruption, log, progress: display.loading }
    let end: EndEvent | null = null
    try {
      display.loading(`loading ${config.backend}`)
      await using transcriber = await loadInTime(config, loader, context, { stop: interruption, changed: tape.tapped })
      await display.start({ separator: transcriber.separator, language: null, hasChannels: input.hasChannels })
      await tape.start({ audio: audio ?? 'microphone', separator: transcriber.separator, config })
      const show = async () => {
        for await (const event of input.events(transcriber, { signal })) {
          await tape.take(event)
          if (event.type === 'end') end = event
          await display.take(event)
        }
      }
      await inTime(show(), `the backend "${config.backend}" does not answer: it`)
      await display.complete(isWhole(end, interruption))
    } finally {
      await input.close()
      await tape.close()
      tellEnd(end, { profile, account }, display.aside)
    }
  } finally {
    await display.close()
  }
}
