import { loadBackend } from '../backends/registry.js'
import { createLog } from '../log.js'
import { createProcessor, transcribeStream } from '../pipeline.js'
import type { LoadedModel } from '../types.js'
import { configure } from './configure.js'
import { type Display, displayLines } from './display.js'
import { openInput } from './input.js'
import { delayed, LAST_LINES_SEC } from './stopping.js'
import type { CommandFlags } from './transcribe-options.js'

/** `asr-stream <audio>`, `asr-stream --mic`: prints what is said, with times, as soon as it will not change any more. */
export async function transcribe(
  audio: string | undefined,
  flags: CommandFlags,
  interruption: AbortSignal,
): Promise<void> {
  const { logLevel, quiet = false, output, live, option = [], plugin = [], mic = false, ...rest } = flags
  const { device, recorder, ...settings } = rest
  const display = await openDisplay(audio, flags, interruption)
  try {
    const log = await createLog(logLevel ?? (quiet ? 'ERROR' : 'WARNING'), display.aside)
    const { config, loader } = await configure({ ...settings, plugins: plugin }, option)
    const context = { signal: interruption, log, onArrival: display.arrived, progress: display.loading }
    const { signal, ...input } = await openInput({ audio, mic, device, recorder }, config, context)
    try {
      display.loading(`loading ${config.backend}`)
      const loaded = await loadBackend(loader, config, context)
      const processor = await createProcessor(config, loaded, log)
      await display.start({ separator: separatorOf(loaded), durationSec: input.durationSec })
      const onAudio = (heardSec: number) => display.heard(config.startAt + heardSec)
      const options = { signal, onAudio, onUnconfirmed: display.unconfirmed, log }
      for await (const text of transcribeStream(input.pacer, processor, options)) await display.write(text)
    } finally {
      await input.close()
    }
  } finally {
    await display.close()
  }
}

async function openDisplay(
  audio: string | undefined,
  { quiet = false, output, live = true, mic = false }: CommandFlags,
  interruption: AbortSignal,
): Promise<Display> {
  const { env, stdout: terminal } = process
  if (live && !quiet && output === undefined) {
    const { displayLive, isCapable } = await import('./live-display.js')
    if (isCapable(terminal, env)) return displayLive({ terminal, env, meter: mic })
  }
  const giveUp = delayed(interruption, LAST_LINES_SEC)
  return displayLines({ progress: !quiet, output, audio, giveUp })
}

/** Plugins need not be typed: where one does not say it, words are taken to bring no spaces. */
function separatorOf({ asr, metadata }: LoadedModel): string {
  return asr?.sep ?? metadata.separator ?? ' '
}
