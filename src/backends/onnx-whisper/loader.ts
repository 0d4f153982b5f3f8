import type { ModelLoader } from '../../types.js'
import { OnnxWhisperASR } from './whisper-asr.js'

/** Whisper models of the exporter's layout, or of that of transformers.js; the embedded tiny.en by default. */
export const onnxWhisperLoader: ModelLoader = {
  description: 'Whisper on ONNX Runtime (CPU); tiny.en comes with the program',
  abilities: { wordTimes: 'words', prompts: true, languages: 'model', translation: true, streaming: false },
  async load({ model, modelCacheDir, modelDir, lan, task, threads, beamSize, temperature }, { progress }) {
    progress(`loading ${modelDir ?? model}`)
    const asr = new OnnxWhisperASR({ language: lan, task, threads, beamSize, temperatures: temperature })
    await asr.loadModel(model, modelCacheDir, modelDir)
    const metadata = {
      separator: asr.sep,
      modelType: 'whisper',
      modelSize: asr.modelName,
      language: asr.originalLanguage,
    }
    return { asr, metadata }
  },
}
