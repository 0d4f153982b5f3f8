import { readFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'
import { BackendError, ModelError, messageOf, readingReason } from '../core/errors.js'
import { SAMPLE_RATE } from '../core/sample-rate.js'
import { ENDS_SENTENCE } from '../core/sentence-end.js'
import type { ASRBase, TranscribeOptions, Word } from '../core/types.js'
import type { ModelLoader } from './contract.js'

/** A sentence, and with it a segment, ends with one of these and whatever closes it. */
const scriptedOptions = z.object({
  script: z
    .string()
    .min(1)
    .meta({ description: 'JSON file with the words', examples: ['words.json'] }),
  speed: z.number().positive().default(1).describe('2: the words come twice as early as the script says'),
  unstable: z.int().min(0).default(0).describe('words at the end of each hypothesis that are still wrong'),
  computeSec: z.number().min(0).default(0).describe('seconds that every update takes'),
  failAtSec: z
    .number()
    .min(0)
    .optional()
    .describe('second of the stream that cannot be recognized: the update that reaches it fails'),
})

/** How a script is played. */
export type ScriptedOptions = z.infer<typeof scriptedOptions>

const word = z.union([
  z.object({
    begin: z.number(),
    end: z.number(),
    text: z.string(),
    probability: z.number().min(0).max(1).exactOptional(),
    confidence: z.number().min(0).max(1).exactOptional(),
  }),
  // As the reference transcripts of speech collections have them.
  z
    .object({ start: z.number(), end: z.number(), word: z.string() })
    .transform(({ start, end, word: text }) => ({ begin: start, end, text })),
])
const scriptSchema = z.union([
  z.array(word).transform((words) => ({ sep: ' ', words })),
  z.object({ sep: z.string().default(' '), words: z.array(word) }),
])

/** Plays words from a JSON file as if it had recognized them; for simulation, and for tests of what surrounds it. */
export const scriptedLoader: ModelLoader<ScriptedOptions> = {
  description: 'plays words from a JSON file: --option script=words.json',
  options: scriptedOptions,
  capabilities: { wordTimes: 'words', prompts: false, languages: [], translation: false, streaming: false },
  ignores: [
    ...([
      'model',
      'modelDir',
      'modelCacheDir',
      'offlineModels',
      'revision',
      'precision',
      'threads',
      'workers',
    ] as const),
    ...(['fast', 'beamSize', 'temperature'] as const),
  ],
  async load(config) {
    const language = config.lan === 'auto' ? null : config.lan
    const asr = new ScriptedASR(config, language)
    await asr.loadModel()
    return { asr, metadata: { separator: asr.sep, modelType: 'scripted', modelSize: config.script, language } }
  },
}

/** What a scripted recognizer gives: words, relative to the audio. */
interface ScriptedResult {
  readonly words: readonly Word[]
}

/** A recognizer without a model: gives the words of its script whose time is in the audio, and nothing else. */
class ScriptedASR implements ASRBase<ScriptedResult> {
  readonly leavesAudio = true
  readonly #options: ScriptedOptions
  #sep = ' '
  #words: readonly Word[] = []

  constructor(
    options: ScriptedOptions,
    readonly originalLanguage: string | null,
  ) {
    this.#options = options
  }

  get sep(): string {
    return this.#sep
  }

  async loadModel(): Promise<void> {
    const { script, speed } = this.#options
    const { sep, words } = await readScript(script)
    this.#sep = sep
    this.#words = words
      .map((one) => ({ ...one, begin: one.begin / speed, end: one.end / speed }))
      .sort((a, b) => a.begin - b.begin)
  }

  async transcribe(audio: Float32Array, { positionSamples = 0, signal }: TranscribeOptions): Promise<ScriptedResult> {
    const { computeSec, failAtSec = Number.POSITIVE_INFINITY, unstable } = this.#options
    const begin = positionSamples / SAMPLE_RATE
    const end = (positionSamples + audio.length) / SAMPLE_RATE
    signal?.throwIfAborted()
    // The timer's own error has the reason as its cause only.
    if (computeSec > 0) await sleep(computeSec * 1000, undefined, { signal }).catch(() => signal?.throwIfAborted())
    if (end > failAtSec) throw new BackendError(`the script fails at ${failAtSec} s, as --option failAtSec says`)
    const spokenWords = this.#words.filter((word) => word.begin >= begin && word.end <= end)
    const stable = spokenWords.length - unstable
    return {
      words: spokenWords.map((word, index) => ({
        ...word,
        begin: word.begin - begin,
        end: word.end - begin,
        // Another text at each update: what is unstable never agrees with the hypothesis before.
        text: index < stable ? word.text : `${word.text}~${end.toFixed(2)}`,
      })),
    }
  }

  tsWords({ words }: ScriptedResult): readonly Word[] {
    return words
  }

  segmentsEndTs({ words }: ScriptedResult): readonly number[] {
    return words
      .filter(({ text }, index) => index === words.length - 1 || ENDS_SENTENCE.test(text))
      .map(({ end }) => end)
  }

  /** Nothing is kept between calls, so that all streams can have the same one. */
  async session(): Promise<ASRBase<ScriptedResult>> {
    return this
  }

  setTranslateTask(): void {}
}

async function readScript(path: string): Promise<z.infer<typeof scriptSchema>> {
  const fail = (what: string, cause?: unknown) => new ModelError(`the script ${path} ${what}`, { cause, hint: FORM })
  const text = await readFile(path, 'utf8').catch((cause) => {
    throw fail(`cannot be read: ${readingReason(cause)}`, cause)
  })
  let parsed: unknown
  try {
    parsed = JSON.parse(text)
  } catch (cause) {
    throw fail(`is not JSON: ${messageOf(cause)}`, cause)
  }
  const result = scriptSchema.safeParse(parsed)
  if (!result.success) throw fail('is not a list of words', result.error)
  return result.data
}

const FORM = 'a script is [{"begin": 0.5, "end": 0.9, "text": "word"}, ...], times in seconds'
