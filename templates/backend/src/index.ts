import {
  type ASRBase,
  BackendError,
  type PluginLoader,
  type TranscribeOptions,
  UsageError,
  type Word,
} from 'asr-stream/plugin'
import { Model, type Sound } from './model.js'

/** Options of this backend alone: `--option levelDb=-30`. A type, since an interface might get further members. */
type Options = { readonly levelDb: number }

class Recognizer implements ASRBase<readonly Sound[]> {
  /** What joins words: '' when they bring their own spaces. */
  readonly sep = ' '
  readonly originalLanguage: string | null
  #model: Model | null

  constructor(model: Model, language: string | null) {
    this.#model = model
    this.originalLanguage = language
  }

  /** Called with a growing buffer. `options.prompt` is the text before it: hand it to the model if that takes one. */
  async transcribe(audio: Float32Array, { signal }: TranscribeOptions): Promise<readonly Sound[]> {
    if (!this.#model) throw new BackendError('my-backend is closed')
    return this.#model.recognize(audio, signal)
  }

  /** The words. Text is final once two updates agree on it: this one changes as long as the sound grows. */
  tsWords(sounds: readonly Sound[]): readonly Word[] {
    return sounds.map(({ begin, end }) => ({ begin, end, text: `sound(${(end - begin).toFixed(2)}s)` }))
  }

  /** Where the buffer may be cut. */
  segmentsEndTs(sounds: readonly Sound[]): readonly number[] {
    return sounds.map(({ end }) => end)
  }

  setTranslateTask(): void {
    throw new UsageError('my-backend cannot translate')
  }

  async close(): Promise<void> {
    await this.#model?.release()
    this.#model = null
  }
}

const loader: PluginLoader<Options> = {
  name: 'my-backend',
  description: 'says when there is sound, and for how long',
  capabilities: { wordTimes: 'words', prompts: false, languages: [], translation: false, streaming: false },
  options: (zod) => zod.object({ levelDb: zod.number().max(0).default(-40) }),

  /** `config` has all options of the program: `model`, `modelDir`, `lan`, `threads`, ... */
  async load({ lan, levelDb }, { progress }) {
    progress('loading my-backend')
    const asr = new Recognizer(await Model.load(levelDb), lan === 'auto' ? null : lan)
    const metadata = {
      separator: asr.sep,
      modelType: 'my-backend',
      modelSize: 'none',
      language: asr.originalLanguage,
    }
    return { asr, metadata }
  },
}

export default loader
