import { loadBackend } from '../backends/registry.js'
import { createLog, createProgress } from '../log.js'
import { formatLine } from '../output/formats.js'
import { fileOutput, standardOutput } from '../output/line-writer.js'
import { createProcessor, transcribeStream } from '../pipeline.js'
import { configure } from './configure.js'
import { openInput } from './input.js'
import { delayed, LAST_LINES_SEC } from './stopping.js'
import type { CommandFlags } from './transcribe-options.js'

/** `asr-stream <audio>`, `asr-stream --mic`: prints what is said, with times, as soon as it will not change any more. */
export async function transcribe(
  audio: string | undefined,
  flags: CommandFlags,
  interruption: AbortSignal,
): Promise<void> {
  const {
    logLevel,
    quiet = false,
    output,
    option = [],
    plugin = [],
    mic = false,
    device,
    recorder,
    ...settings
  } = flags
  const log = await createLog(logLevel ?? (quiet ? 'ERROR' : 'WARNING'))
  const { config, loader } = await configure({ ...settings, plugins: plugin }, option)
  const { signal, ...input } = await openInput({ audio, mic, device, recorder }, config, { log, signal: interruption })
  const progress = await createProgress(!quiet)
  try {
    progress.show(`loading ${config.backend}`)
    const context = { signal: interruption, log, progress: (text: string) => progress.show(text) }
    const processor = await createProcessor(config, await loadBackend(loader, config, context), log)
    const giveUp = delayed(interruption, LAST_LINES_SEC)
    const writer = output === undefined ? standardOutput(giveUp) : await fileOutput(output, audio ?? '')
    const onAudio = (heardSec: number) => progress.show(position(config.startAt + heardSec, input.durationSec))
    for await (const { now, segment } of transcribeStream(input.pacer, processor, { signal, onAudio, log })) {
      const line = formatLine(now, segment)
      if (line !== null) await writer.write(line)
    }
    await writer.close()
  } finally {
    progress.stop()
    await input.close()
  }
}

function position(heardSec: number, durationSec: number | undefined): string {
  const heard = `${heardSec.toFixed(0)} s`
  if (durationSec === undefined) return heard
  return `${heard} of ${durationSec.toFixed(0)} s, ${Math.floor((100 * heardSec) / durationSec)} %`
}
