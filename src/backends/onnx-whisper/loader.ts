import type { ASRConfig } from '../../config/config.js'
import { readKeyTerms } from '../../config/key-terms.js'
import type { Log } from '../../core/types.js'
import { resolveModel } from '../../models/resolve-model.js'
import type { ModelLoader } from '../contract.js'
import { runtimeAvailability } from '../onnx/runtime-failure.js'
import { OnnxWhisperASR } from './whisper-asr.js'

/** Whisper models for one language are called so: "tiny.en", "models/whisper-base.en/". */
const ENGLISH_ONLY = /\.en[/\\]?$/
/** As openai-whisper. */
const OFFLINE_BEAM_SIZE = 5
const OFFLINE_TEMPERATURES = [0, 0.2, 0.4, 0.6, 0.8, 1]

/** Whisper models of the exporter's layout, or of that of transformers.js; the embedded tiny.en by default. */
export const onnxWhisperLoader: ModelLoader = {
  description: 'Whisper on ONNX Runtime (CPU); tiny.en comes with the program',
  capabilities: {
    wordTimes: 'words',
    prompts: true,
    languages: 'model',
    translation: true,
    streaming: false,
    hallucinates: true,
    keyTerms: true,
  },
  async availability() {
    return runtimeAvailability()
  },
  async load(config, context) {
    const { model, modelDir, lan, languages, task, threads, workers } = config
    const keyTerms = await readKeyTerms(config)
    const { folder, layout, precision } = await resolveModel(config, context)
    const name = modelDir ?? model
    context.progress(`loading ${name}${ENGLISH_ONLY.test(name) ? ' (English)' : ''}`)
    const search = { ...searchOf(config), precision: precision ?? config.precision }
    const computing = { threads, workers, log: context.log }
    const asr = new OnnxWhisperASR({ language: lan, languages, task, keyTerms, ...search, ...computing })
    await asr.loadModel(model, null, folder)
    if (layout === 'transformers') tellLimits(modelDir ?? model, asr.timesWords, context.log)
    const metadata = {
      separator: asr.sep,
      modelType: 'whisper',
      modelSize: asr.modelName,
      language: asr.originalLanguage,
    }
    return { asr, metadata }
  },
}

/** Beams cost a recording that is transcribed at once little of the user's time, and a stream its lag. */
function searchOf({ offline, fast, beamSize, temperature }: ASRConfig) {
  const isThorough = offline && !fast
  return {
    beamSize: beamSize ?? (isThorough ? OFFLINE_BEAM_SIZE : 1),
    temperatures: temperature ?? (isThorough ? OFFLINE_TEMPERATURES : [0]),
  }
}

/** What the model cannot do because of its layout. */
function tellLimits(model: string, timesWords: boolean, log: Log): void {
  if (!timesWords) {
    log.warn(
      `${model} gives no attention: times of words are coarse, spread over their segments; use an export with attention ("_timestamped") for better times`,
    )
  }
  log.info(
    `${model} encodes 30 s in every update; "asr-stream models convert" makes a folder of its checkpoint that encodes only the audio there is, and checks drafts: updates then cost a fraction`,
  )
}
