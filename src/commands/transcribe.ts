import { computationUnaware, offline, realTime } from '../audio/pacers.js'
import { systemClock } from '../audio/system-clock.js'
import { WavFileSource } from '../audio/wav-file-source.js'
import { loadBackend } from '../backends/registry.js'
import { type ASRConfig, chunkSec } from '../config.js'
import { createLog, createProgress } from '../log.js'
import { formatLine } from '../output/formats.js'
import { fileOutput, standardOutput } from '../output/line-writer.js'
import { formatProfile } from '../output/profile.js'
import { createProcessor, transcribeStream } from '../pipeline.js'
import type { AudioSource, Pacer } from '../types.js'
import { configure } from './configure.js'
import { loadExtras } from './extras.js'
import type { CommandFlags } from './transcribe-options.js'

/** `asr-stream <audio>`: prints what is said, with times, as soon as it will not change any more. */
export async function transcribe(audio: string, flags: CommandFlags, signal: AbortSignal): Promise<void> {
  const { logLevel, quiet = false, output, profile, account = false, option = [], plugin = [], ...settings } = flags
  const log = await createLog(logLevel ?? (quiet ? 'ERROR' : 'WARNING'))
  const { config, loader } = await configure({ ...settings, plugins: plugin }, option)
  // The reference hears the whole file offline, wherever it is told to start.
  const startAtSec = config.compat !== null && config.offline ? 0 : config.startAt
  const source = await WavFileSource.open(audio, { log, startAtSec })
  const progress = await createProgress(!quiet)
  const extras = await loadExtras(config, account)
  try {
    progress.show(`loading ${config.backend}`)
    const context = { signal, log, progress: (text: string) => progress.show(text) }
    const loaded = await loadBackend(loader, config, context)
    const processor = await createProcessor(config, loaded, log, extras)
    const writer = output === undefined ? standardOutput() : await fileOutput(output, audio)
    let audioSec = 0
    const onAudio = (heardSec: number) => {
      audioSec = heardSec
      progress.show(position(config.startAt + heardSec, source.durationSec))
    }
    const segments = transcribeStream(createPacer(config, source), processor, { signal, onAudio })
    for await (const { now, segment } of segments) {
      const line = formatLine(now, segment)
      if (line !== null) await writer.write(line)
    }
    await writer.close()
    progress.stop()
    if (profile) process.stderr.write(formatProfile(loaded.asr?.costs?.() ?? [], audioSec))
  } finally {
    progress.stop()
    await extras.close()
  }
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
