import { join } from 'node:path'
import { LogMel } from '../features/log-mel.js'
import { loadFastModel } from './fast-model.js'
import type { WhisperModel } from './model.js'
import type { ModelFolder } from './model-files.js'
import { WhisperTokenizer } from './tokenizer.js'

/** Frames of the silence that the graphs are run on once, so that the first update costs what later ones cost. */
const WARM_UP_FRAMES = 1500

/** Loads and warms up the model of an inspected folder. */
export async function loadModel(
  modelFolder: ModelFolder,
  threads: number,
): Promise<{ readonly model: WhisperModel; readonly tokenizer: WhisperTokenizer }> {
  const { folder, layout, config } = modelFolder
  const tokenizer = await WhisperTokenizer.load(join(folder, 'tokenizer.json'))
  const model =
    layout === 'fast'
      ? await loadFastModel(folder, config, threads)
      : await (await import('./transformers-model.js')).loadTransformersModel(
          modelFolder,
          tokenizer.special.endOfText,
          threads,
        )
  await warmUp(model, tokenizer)
  return { model, tokenizer }
}

async function warmUp(model: WhisperModel, { special }: WhisperTokenizer): Promise<void> {
  const frames = model.dynamicWindow ? WARM_UP_FRAMES : model.config.dims.audioContext * 2
  const audio = model.createAudio()
  await model.encode(new LogMel(model.config.dims.mels).window(new Float32Array(0), frames), audio)
  const cache = model.createCache()
  await model.decode([special.startOfTranscript, special.noTimestamps], 0, cache, audio)
  await model.decode([special.endOfText], 0, cache, audio)
  cache.dispose()
  audio.dispose()
}
