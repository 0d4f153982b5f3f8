// faster-whisper (CTranslate2) in a Python process of its own. README.md has the details.
//   python3 -m pip install faster-whisper
//   asr-stream --plugin examples/plugins/faster-whisper/faster-whisper.ts --backend faster-whisper speech.wav
import { fileURLToPath } from 'node:url'
import type { PluginLoader } from 'asr-stream/plugin'
import { PYTHON, PythonChild, pythonHas } from '../python-child/child.js'
import { PythonWhisper } from '../python-child/recognizer.js'

interface Options {
  readonly python: string
  readonly device: string
  readonly computeType: string
  readonly beams: number
}

const name = 'faster-whisper'

const loader: PluginLoader<Options> = {
  name,
  description: 'faster-whisper (CTranslate2) in a Python process',
  options: (zod) =>
    zod.object({
      python: zod.string().min(1).default(PYTHON),
      device: zod.enum(['auto', 'cpu', 'cuda']).default('auto'),
      computeType: zod.string().default('auto'),
      beams: zod.int().min(1).default(5),
    }),
  capabilities: {
    wordTimes: 'words',
    prompts: true,
    languages: 'model',
    translation: true,
    streaming: false,
    hallucinates: true,
  },
  availability: (config) => pythonHas(config?.python ?? PYTHON, 'faster_whisper', 'faster-whisper'),

  async load(config, { log, progress }) {
    const { python, device, computeType, beams, threads, modelDir, modelCacheDir: cache } = config
    const model = modelDir ?? config.model
    progress(`${name}: loading ${model}`)
    const script = fileURLToPath(new URL('worker.py', import.meta.url))
    const setup = { model, device, compute_type: computeType, threads, cache, beams }
    const asr = new PythonWhisper(new PythonChild({ name, python, script, setup, log }), config.lan)
    await asr.loadModel()
    const metadata = { separator: asr.sep, modelType: 'whisper', modelSize: model, language: asr.originalLanguage }
    return { asr, metadata }
  },
}

export default loader
