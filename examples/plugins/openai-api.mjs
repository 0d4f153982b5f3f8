// A backend over a package that may be absent: OpenAI's transcription service, as whisper_online.py has it.
//   npm install openai
//   OPENAI_API_KEY=... asr-stream --plugin examples/plugins/openai-api.mjs --backend openai-api speech.wav
// Audio leaves this machine and is paid for. Without the package, `asr-stream backends` says what is missing.
const RATE = 16_000
const PACKAGE = 'openai'

/** The package is imported when it is needed, never at the top: else the plugin could not even be listed. */
async function importPackage() {
  return import(PACKAGE)
}

class OpenAiASR {
  sep = ' '
  transcribeOptions = {}
  #client
  #toFile
  #serviceModel
  #task = 'transcriptions'

  constructor({ OpenAI, toFile }, { serviceModel, timeoutSec }, language) {
    this.originalLanguage = language
    this.#client = new OpenAI({ timeout: timeoutSec * 1000 })
    this.#toFile = toFile
    this.#serviceModel = serviceModel
  }

  setTranslateTask() {
    this.#task = 'translations'
  }

  async transcribe(audio, { prompt, signal }) {
    const request = {
      file: await this.#toFile(wavFile(audio), 'audio.wav'),
      model: this.#serviceModel,
      response_format: 'verbose_json',
      timestamp_granularities: ['word', 'segment'],
      temperature: 0,
      ...(prompt === '' ? {} : { prompt }),
      ...(this.originalLanguage && this.#task === 'transcriptions' ? { language: this.originalLanguage } : {}),
    }
    return this.#client.audio[this.#task].create(request, { signal })
  }

  tsWords({ words = [] }) {
    return words.map(({ start, end, word }) => ({ begin: start, end, text: word }))
  }

  segmentsEndTs({ segments = [] }) {
    return segments.map(({ end }) => end)
  }
}

/** The bytes of a 16-bit mono WAV file. */
function wavFile(audio) {
  const bytes = Buffer.alloc(44 + audio.length * 2)
  bytes.write('RIFF', 0)
  bytes.writeUInt32LE(bytes.length - 8, 4)
  bytes.write('WAVEfmt ', 8)
  bytes.writeUInt32LE(16, 16)
  bytes.writeUInt16LE(1, 20)
  bytes.writeUInt16LE(1, 22)
  bytes.writeUInt32LE(RATE, 24)
  bytes.writeUInt32LE(RATE * 2, 28)
  bytes.writeUInt16LE(2, 32)
  bytes.writeUInt16LE(16, 34)
  bytes.write('data', 36)
  bytes.writeUInt32LE(audio.length * 2, 40)
  audio.forEach((sample, index) => {
    bytes.writeInt16LE(Math.round(Math.max(-1, Math.min(1, sample)) * 32_767), 44 + index * 2)
  })
  return bytes
}

export default {
  name: 'openai-api',
  description: "OpenAI's transcription service (needs the network and a key)",
  options: (zod) =>
    zod.object({ serviceModel: zod.string().default('whisper-1'), timeoutSec: zod.number().positive().default(30) }),

  async availability() {
    try {
      await importPackage()
    } catch {
      return { available: false, reason: `the package ${PACKAGE} is not installed`, install: `npm install ${PACKAGE}` }
    }
    if (process.env.OPENAI_API_KEY) return { available: true }
    return { available: false, reason: 'OPENAI_API_KEY is not set', install: 'export OPENAI_API_KEY=your-key' }
  },

  async load(config) {
    const language = config.lan === 'auto' ? null : config.lan
    const asr = new OpenAiASR(await importPackage(), config, language)
    return { asr, metadata: { separator: asr.sep, modelType: 'openai', modelSize: config.serviceModel, language } }
  },
}
