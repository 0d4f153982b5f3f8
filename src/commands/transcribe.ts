import { computationUnaware, offline, realTime } from '../audio/pacers.js'
import { systemClock } from '../audio/system-clock.js'
import { WavFileSource } from '../audio/wav-file-source.js'
import { loadBackend } from '../backends/registry.js'
import { type ASRConfig, chunkSec } from '../config.js'
import { createLog, createProgress } from '../log.js'
import { formatLine } from '../output/formats.js'
import { fileOutput, standardOutput } from '../output/line-writer.js'
import { createProcessor, transcribeStream } from '../pipeline.js'
import type { AudioSource, Pacer } from '../types.js'
import { configure } from './configure.js'
import { loadExtras } from './extras.js'
import type { CommandFlags } from './transcribe-options.js'

/** `asr-stream <audio>`: prints what is said, with times, as soon as it will not change any more. */
export async function transcribe(audio: string, flags: CommandFlags, signal: AbortSignal): Promise<void> {
  const { logLevel, quiet = false, output, account = false, option = [], plugin = [], ...settings } = flags
  const log = await createLog(logLevel ?? (quiet ? 'ERROR' : 'WARNING'))
  const { config, loader } = await configure({ ...settings, plugins: plugin }, option)
  const source = await WavFileSource.open(audio, { log, startAtSec: audioBegin(config) })
  const progress = await createProgress(!quiet)
  const extras = await loadExtras(config, account)
  try {
    progress.show(`loading ${config.backend}`)
    const context = { signal, log, progress: (text: string) => progress.show(text) }
    const processor = await createProcessor(config, await loadBackend(loader, config, context), log, extras)
    const writer = output === undefined ? standardOutput() : await fileOutput(output, audio)
    const onAudio = (heardSec: number) => progress.show(position(config.startAt + heardSec, source.durationSec))
    const segments = transcribeStream(createPacer(config, source), processor, { signal, onAudio })
    for await (const { now, segment } of segments) {
      const line = formatLine(now, segment)
      if (line !== null) await writer.write(line)
    }
    await writer.close()
  } finally {
    progress.stop()
    await extras.close()
  }
}

/** The reference hears the whole file offline, wherever it is told to start. */
function audioBegin({ compat, offline, startAt }: ASRConfig): number {
  return compat !== null && offline ? 0 : startAt
}

function createPacer(config: ASRConfig, source: AudioSource): Pacer {
  const mode = config.offline ? offline : config.compUnaware ? computationUnaware : realTime
  return mode({ source, minChunkSec: chunkSec(config), startAtSec: config.startAt, clock: systemClock })
}

function position(heardSec: number, durationSec: number | undefined): string {
  const heard = `${heardSec.toFixed(0)} s`
  if (durationSec === undefined) return heard
  return `${heard} of ${durationSec.toFixed(0)} s, ${Math.floor((100 * heardSec) / durationSec)} %`
}
