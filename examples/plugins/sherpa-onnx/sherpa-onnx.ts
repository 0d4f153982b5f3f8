// Streaming transducers by sherpa-onnx: a processor of its own, which hears all audio once. README.md has the details.
//   npm install sherpa-onnx-node
//   asr-stream --plugin examples/plugins/sherpa-onnx/sherpa-onnx.ts --backend sherpa-onnx --model-dir FOLDER speech.wav
import { open, readdir } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ModelError, type PluginLoader, UsageError } from 'asr-stream/plugin'
import { type Recognizer, SherpaProcessor } from './processor.js'

interface Options {
  readonly int8: boolean
  readonly endSilenceSec: number
}

const name = 'sherpa-onnx'
const PACKAGE = 'sherpa-onnx-node'
const MODELS = 'https://k2-fsa.github.io/sherpa/onnx/pretrained_models/online-transducer/index.html'
const RATE = 16_000
/** The field of the version, which writers put first. */
const ONNX_BEGIN = 0x08

/** What is used of the package. */
interface Sherpa {
  readonly OnlineRecognizer: new (config: object) => Recognizer
}

/** The package as it is installed where the user is, else beside this file. */
function sherpa(): Sherpa {
  const require = createRequire(import.meta.url)
  return require(require.resolve(PACKAGE, { paths: [process.cwd(), fileURLToPath(new URL('.', import.meta.url))] }))
}

/** Files of a model by what their names begin with; those of 8 bits first, or last. */
async function filesOf(folder: string, int8: boolean) {
  const files = await readdir(folder).catch((cause: unknown) => {
    throw new ModelError(`the folder ${folder} cannot be read`, { cause, hint: `models: ${MODELS}` })
  })
  const find = (part: string, extension = '.onnx') => {
    const found = files.filter((file) => file.startsWith(part) && file.endsWith(extension)).sort()
    const file = found.find((each) => each.includes('int8') === int8) ?? found[0]
    if (file) return join(folder, file)
    const message = `the folder ${folder} has no ${part}*${extension}: it holds no streaming transducer`
    throw new ModelError(message, { hint: `models: ${MODELS}` })
  }
  const transducer = { encoder: find('encoder'), decoder: find('decoder'), joiner: find('joiner') }
  for (const file of Object.values(transducer)) await checkModel(file)
  return { transducer, tokens: find('tokens', '.txt') }
}

/** The package ends the program where a file is no model, as one that stands for a large file in git. */
async function checkModel(path: string): Promise<void> {
  const file = await open(path)
  const { buffer } = await file.read({ buffer: Buffer.alloc(1) }).finally(() => file.close())
  if (buffer[0] !== ONNX_BEGIN) throw new ModelError(`${path} is no ONNX file`, { hint: 'download it again' })
}

const loader: PluginLoader<Options> = {
  name,
  description: 'streaming transducers (Zipformer) by sherpa-onnx',
  options: (zod) =>
    zod.object({ int8: zod.boolean().default(true), endSilenceSec: zod.number().positive().default(1.2) }),
  capabilities: { wordTimes: 'words', prompts: false, languages: 'model', translation: false, streaming: true },

  async availability() {
    try {
      sherpa()
      return { available: true }
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException
      const isMissing = code === 'MODULE_NOT_FOUND'
      const reason = isMissing ? `the package ${PACKAGE} is not installed` : `${PACKAGE}: ${message.split('\n')[0]}`
      return { available: false, reason, install: `npm install ${PACKAGE}` }
    }
  },

  async load({ modelDir, threads, int8, endSilenceSec, task }, { progress }) {
    if (modelDir === null)
      throw new UsageError(`${name} needs a model`, { hint: `--model-dir FOLDER; models: ${MODELS}` })
    if (task === 'translate') throw new UsageError(`the backend "${name}" cannot translate`)
    progress(`${name}: loading ${modelDir}`)
    const recognizer = new (sherpa().OnlineRecognizer)({
      featConfig: { sampleRate: RATE, featureDim: 80 },
      modelConfig: { ...(await filesOf(modelDir, int8)), numThreads: threads || 1, provider: 'cpu', debug: 0 },
      decodingMethod: 'greedy_search',
      enableEndpoint: true,
      rule1MinTrailingSilence: 2 * endSilenceSec,
      rule2MinTrailingSilence: endSilenceSec,
      rule3MinUtteranceLength: 20,
    })
    const metadata = { separator: '', modelType: 'transducer', modelSize: basename(modelDir), language: null }
    return { processor: new SherpaProcessor(recognizer), metadata }
  },
}

export default loader
