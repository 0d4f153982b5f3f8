import { sharedRegistry } from '../backends/registry.js'
import { parseConfig } from '../config/config.js'
import { AsrStreamError, ModelError, messageOf } from '../core/errors.js'
import { silentLog } from '../core/silent-log.js'
import { localModel } from '../models/inventory.js'
import { hubSettings } from '../models/settings.js'
import { openAudio } from '../transcriber/audio-input.js'
import { loadTranscriber, type Transcriber } from '../transcriber/transcriber.js'
import type { Finding } from './finding.js'
import { SAMPLE_SPEECH } from './sample-speech.js'

/** Which model is looked at. */
export interface ModelChoice {
  readonly model?: string | undefined
  readonly modelDir?: string | undefined
  readonly modelCacheDir?: string | undefined
}

/** Length of the sample, in seconds. */
const SAMPLE_SEC = 11
/** What is said in the sample, in words that every model that hears it writes. */
const SAID: readonly string[] = ['ask', 'country', 'can', 'do', 'for']
/** Seconds of new audio before each update of the measured stream, as by default. */
const MIN_CHUNK_SEC = 1

/** How fast this machine recognizes. */
export interface Speed {
  /** Seconds of computing for a second of speech, in a stream as it is by default. */
  readonly load: number
}

/** What became of loading, and the speed where it could be measured. */
export interface Loading {
  readonly findings: readonly Finding[]
  readonly speed: Speed | null
}

/**
 * Loads the model, lets it hear a recording, and measures how long that takes. Nothing is downloaded.
 *
 * @param onStep called with what is going on
 */
export async function checkLoading(
  choice: ModelChoice,
  onStep: (text: string) => void,
  signal: AbortSignal,
): Promise<Loading> {
  const given = Object.entries(choice).filter(([, value]) => value !== undefined)
  let transcriber: Transcriber | null = null
  try {
    const loader = await sharedRegistry.getLoader('onnx-whisper')
    const values = { ...Object.fromEntries(given), offlineModels: true, minChunkSize: MIN_CHUNK_SEC }
    const config = parseConfig(values, loader.options)
    if (
      config.modelDir === null &&
      (await localModel(config.model, config.modelCacheDir, hubSettings(config))) === null
    ) {
      throw new ModelError(`the model ${config.model} is not on this machine, and doctor downloads nothing`, {
        hint: `run "asr-stream models pull ${config.model}"`,
      })
    }
    onStep(`loading ${config.model}`)
    const begin = performance.now()
    transcriber = await loadTranscriber(config, loader, { log: silentLog, signal })
    const loadSec = (performance.now() - begin) / 1000
    onStep('listening to a recording')
    const { text, computeSec } = await heard(transcriber, signal)
    return judged(config.modelDir ?? config.model, loadSec, computeSec, text)
  } catch (error) {
    signal.throwIfAborted()
    const hint = error instanceof AsrStreamError ? error.hint : undefined
    const failed: Finding = {
      area: 'load',
      state: 'failed',
      message: messageOf(error),
      ...(hint === undefined ? {} : { hint }),
    }
    return { findings: [failed], speed: null }
  } finally {
    await transcriber?.close()
  }
}

async function heard(transcriber: Transcriber, signal: AbortSignal) {
  const input = await openAudio(SAMPLE_SPEECH, transcriber.config, { log: silentLog, pace: 'fast' })
  const texts: string[] = []
  const begin = performance.now()
  try {
    for await (const event of transcriber.run(input, { signal })) {
      if (event.type === 'text-final') texts.push(event.segment.text.trim())
    }
  } finally {
    await input.close()
  }
  return { text: texts.join(' '), computeSec: (performance.now() - begin) / 1000 }
}

function judged(model: string, loadSec: number, computeSec: number, text: string): Loading {
  const words: readonly string[] = text.toLowerCase().match(/\p{L}+/gu) ?? []
  const missing = SAID.filter((word) => !words.includes(word))
  const load = computeSec / SAMPLE_SEC
  const details = { model, loadSec: rounded(loadSec), text }
  if (missing.length > 0) {
    const message = `${model} loads, but it hears "${text}" in a recording of "ask what you can do for your country"`
    const hint = 'the model may be damaged, or know another language: "asr-stream models verify" compares checksums'
    return { findings: [{ area: 'load', state: 'failed', message, hint, details }], speed: { load } }
  }
  const message = `${model} loads in ${loadSec.toFixed(1)} s, and understands a recording`
  return { findings: [{ area: 'load', state: 'ok', message, details }], speed: { load } }
}

function rounded(seconds: number): number {
  return Math.round(seconds * 1000) / 1000
}
