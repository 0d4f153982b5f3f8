// Whisper on the GPU of Apple Silicon Macs, by MLX, in a Python process of its own. README.md has the details.
//   python3 -m pip install mlx-whisper
//   asr-stream --plugin examples/plugins/mlx-whisper/mlx-whisper.ts --backend mlx-whisper --model small.en speech.wav
import { fileURLToPath } from 'node:url'
import { type Availability, BackendError, type PluginLoader } from 'asr-stream/plugin'
import { PYTHON, PythonChild, pythonHas } from '../python-child/child.js'
import { PythonWhisper } from '../python-child/recognizer.js'

interface Options {
  readonly python: string
  readonly anyPlatform: boolean
}

const name = 'mlx-whisper'
const ELSEWHERE = 'it needs a Mac with Apple Silicon'
/** Models whose repositories are not called after the others. */
const REPOSITORIES: Readonly<Record<string, string>> = {
  'large-v3-turbo': 'mlx-community/whisper-large-v3-turbo',
  'distil-large-v3': 'mlx-community/distil-whisper-large-v3',
}

const isHere = (anyPlatform = false) => anyPlatform || (process.platform === 'darwin' && process.arch === 'arm64')

/** "tiny.en" is a model of the MLX community, "somebody/model" one of the Hub. */
function repositoryOf(model: string): string {
  return REPOSITORIES[model] ?? (model.includes('/') ? model : `mlx-community/whisper-${model}-mlx`)
}

const loader: PluginLoader<Options> = {
  name,
  description: 'Whisper by MLX, on Apple Silicon, in a Python process',
  options: (zod) =>
    zod.object({ python: zod.string().min(1).default(PYTHON), anyPlatform: zod.boolean().default(false) }),
  capabilities: {
    wordTimes: 'words',
    prompts: true,
    languages: 'model',
    translation: true,
    streaming: false,
    hallucinates: true,
  },

  async availability(config): Promise<Availability> {
    if (!isHere(config?.anyPlatform)) return { available: false, reason: ELSEWHERE }
    return pythonHas(config?.python ?? PYTHON, 'mlx_whisper', 'mlx-whisper')
  },

  async load(config, { log, progress }) {
    if (!isHere(config.anyPlatform)) throw new BackendError(`${name} is not available here: ${ELSEWHERE}`)
    const model = config.modelDir ?? repositoryOf(config.model)
    progress(`${name}: loading ${model}`)
    const script = fileURLToPath(new URL('worker.py', import.meta.url))
    const child = new PythonChild({ name, python: config.python, script, setup: { model }, log })
    const asr = new PythonWhisper(child, config.lan)
    await asr.loadModel()
    const metadata = { separator: asr.sep, modelType: 'whisper', modelSize: model, language: asr.originalLanguage }
    return { asr, metadata }
  },
}

export default loader
