// whisper.cpp, through the HTTP server that comes with it. README.md has the details.
//   whisper-server -m ggml-base.en.bin --port 8080
//   asr-stream --plugin examples/plugins/whisper-cpp/whisper-cpp.ts --backend whisper-cpp speech.wav
import http from 'node:http'
import https from 'node:https'
import { type ASRBase, BackendError, type PluginLoader, type TranscribeOptions, type Word } from 'asr-stream/plugin'
import { joined, within } from '../words.js'

interface Options {
  readonly url: string
}

interface Token {
  readonly word: string
  readonly start: number
  readonly end: number
  readonly probability?: number
}
/** What is used of an answer in verbose_json; its "words" are tokens. */
interface Answer {
  readonly segments?: readonly { text: string; start: number; end: number; words?: readonly Token[] }[]
}
interface Transcript {
  readonly words: readonly Word[]
  readonly ends: readonly number[]
}

const RATE = 16_000
const URL_DEFAULT = 'http://127.0.0.1:8080'
const START = 'whisper-server -m models/ggml-base.en.bin --port 8080'
/** The server hears nothing in audio that is shorter than a second. */
const MIN_SEC = 1.1
const CHECK_MS = 2000
/** What the server writes for sounds: "[BLANK_AUDIO]", "(music)". */
const SOUND = /^\s*[[(][^\])]*[\])]\s*$/

class WhisperServerASR implements ASRBase<Transcript> {
  readonly sep = ''
  #isClosed = false

  constructor(
    readonly url: string,
    readonly originalLanguage: string | null,
    private translate = false,
  ) {}

  async transcribe(audio: Float32Array, { prompt, signal }: TranscribeOptions): Promise<Transcript> {
    signal?.throwIfAborted()
    if (this.#isClosed) throw new BackendError('whisper-cpp is closed')
    const form = new FormData()
    form.set('file', wavFile(audio), 'audio.wav')
    const fields = {
      response_format: 'verbose_json',
      temperature: '0.0',
      language: this.originalLanguage ?? 'auto',
      translate: String(this.translate),
      prompt,
      split_on_word: 'true',
      suppress_nst: 'true',
      // They cost another run of the encoder.
      no_language_probabilities: 'true',
    }
    for (const [key, value] of Object.entries(fields)) form.set(key, value)
    return transcript(await ask(`${this.url}/inference`, form, signal), audio.length / RATE)
  }

  tsWords = ({ words }: Transcript) => words
  segmentsEndTs = ({ ends }: Transcript) => ends

  setTranslateTask(): void {
    this.translate = true
  }

  async session(): Promise<ASRBase<Transcript>> {
    return new WhisperServerASR(this.url, this.originalLanguage, this.translate)
  }

  async close(): Promise<void> {
    this.#isClosed = true
  }
}

/** Sends a form. Through node:http, since fetch gives up after five minutes, which a long file may take. */
async function ask(url: string, form: FormData, signal?: AbortSignal): Promise<Answer> {
  const encoded = new Response(form)
  const headers = { 'content-type': encoded.headers.get('content-type') ?? '' }
  const body = Buffer.from(await encoded.arrayBuffer())
  const { request } = url.startsWith('https:') ? https : http
  let status: number | undefined
  try {
    const response = await new Promise<http.IncomingMessage>((resolve, reject) => {
      request(url, { method: 'POST', headers, ...(signal && { signal }) }, resolve)
        .on('error', reject)
        .end(body)
    })
    status = response.statusCode
    const text = Buffer.concat(await response.toArray()).toString()
    if (status !== 200) throw new Error(`it answers ${status}: ${text.slice(0, 200)}`)
    return JSON.parse(text) as Answer
  } catch (cause) {
    signal?.throwIfAborted()
    const { code, message } = cause as NodeJS.ErrnoException
    const what = code === 'ECONNREFUSED' ? `nothing answers at ${url}` : `whisper-server at ${url}: ${message}`
    throw new BackendError(what, { cause, ...(status === undefined && { hint: `start it with: ${START}` }) })
  }
}

function transcript({ segments = [] }: Answer, audioSec: number): Transcript {
  const words = segments
    .filter(({ text }) => !SOUND.test(text))
    .flatMap(({ text, start, end, words: tokens = [] }) => {
      // A character of several tokens is whole in none of them: then the segment tells the text.
      const isWhole =
        tokens
          .map(({ word }) => word)
          .join('')
          .trim() === text.trim()
      const whole = [{ text: text.trimEnd(), begin: start, end }]
      return isWhole ? joined(tokens.map((token) => ({ ...token, text: token.word, begin: token.start }))) : whole
    })
  return { words: within(words, 0, audioSec), ends: segments.map(({ end }) => Math.min(end, audioSec)) }
}

/** A WAV file (16 bits, mono), with silence after audio that is too short. */
function wavFile(audio: Float32Array): Blob {
  const samples = new Int16Array(Math.max(audio.length, MIN_SEC * RATE))
  samples.set(audio.map((sample) => Math.round(Math.max(-1, Math.min(1, sample)) * 32_767)))
  // One channel, 16,000 samples and 32,000 bytes a second, 2 bytes and 16 bits a sample.
  const format = '\x10\0\0\0\x01\0\x01\0\x80\x3e\0\0\0\x7d\0\0\x02\0\x10\0'
  const header = Buffer.from(`RIFF....WAVEfmt ${format}data....`, 'latin1')
  header.writeUInt32LE(36 + samples.byteLength, 4)
  header.writeUInt32LE(samples.byteLength, 40)
  return new Blob([header, samples])
}

const baseOf = (url: string) => url.replace(/\/+$/, '')

const loader: PluginLoader<Options> = {
  name: 'whisper-cpp',
  description: 'whisper.cpp through its server, whisper-server',
  options: (zod) => zod.object({ url: zod.url({ protocol: /^https?$/ }).default(URL_DEFAULT) }),
  capabilities: {
    wordTimes: 'words',
    prompts: true,
    languages: 'model',
    translation: true,
    streaming: false,
    hallucinates: true,
  },

  async availability(config) {
    const url = baseOf(config?.url ?? URL_DEFAULT)
    try {
      // Any answer will do: older servers do not know the question.
      await fetch(`${url}/health`, { signal: AbortSignal.timeout(CHECK_MS) })
      return { available: true }
    } catch {
      return {
        available: false,
        reason: `nothing answers at ${url}; start it with: ${START}`,
        install: 'https://github.com/ggml-org/whisper.cpp',
      }
    }
  },

  async load({ url, lan }) {
    const asr = new WhisperServerASR(baseOf(url), lan === 'auto' ? null : lan)
    return {
      asr,
      metadata: {
        separator: asr.sep,
        modelType: 'whisper',
        modelSize: 'of the server',
        language: asr.originalLanguage,
      },
    }
  },
}

export default loader
