import { BackendError, UsageError } from '../../core/errors.js'
import { SAMPLE_RATE } from '../../core/sample-rate.js'
import { ENDS_SENTENCE } from '../../core/sentence-end.js'
import type {
  Log,
  PrefixASR,
  PrefixOptions,
  PrefixResult,
  ResultLanguage,
  StageTiming,
  StreamRequest,
  TranscribeOptions,
  Word,
} from '../../core/types.js'
import type { Precision } from '../../models/files.js'
import { languageName, nearestLanguages, WHISPER_LANGUAGES, whisperLanguageCode } from './model/languages.js'
import { findModelFolder, inspectModelFolder } from './model/model-files.js'
import { TotalTimings } from './model/stage-timings.js'
import { wordDelayOf } from './model/word-delay.js'
import { LanguageDoubt } from './session/language-doubt.js'
import type { WhisperResult, WhisperSegment } from './session/result.js'
import type { RecognizedWindow } from './session/session.js'
import { ToldLanguage } from './session/told-language.js'
import type { SessionOptions } from './session/window-decoder.js'
import { WINDOW_SEC } from './session/window-encoder.js'
import type { Share } from './worker/client-use.js'
import { type Computing, sharedCores } from './worker/cores.js'
import type { PooledSession } from './worker/pooled-session.js'
import { WorkerPool } from './worker/worker-pool.js'

/** Segments that are less likely speech than this are left out. Ref: whisper_online.py FasterWhisperASR.ts_words. */
const NO_SPEECH_LIMIT = 0.9

/** How a recognizer is made. */
export interface OnnxWhisperOptions {
  /** Language code or name; "auto" or null: detected. */
  readonly language?: string | null
  /** Languages that may be detected; absent or empty: any. */
  readonly languages?: readonly string[]
  /** Gets the language that was detected. */
  readonly log?: Log
  readonly task?: 'transcribe' | 'translate'
  /** Threads of one run, at most one a core; 0 or absent: as many as each worker has cores, at most four. */
  readonly threads?: number
  /**
   * Copies of the model that compute at once, each further one loaded when there are sessions for it; 0: as many as there are
   * cores for, at most eight. 1 if absent.
   */
  readonly workers?: number
  /** Texts that are followed at once; 1 or absent: greedily. */
  readonly beamSize?: number
  /** Temperatures that are tried while a text is doubtful; [0] if absent. */
  readonly temperatures?: readonly number[]
  /** Names and terms that are favored; none if absent. */
  readonly keyTerms?: readonly string[]
  /** Of the weights, or what comes nearest; q8 if absent. */
  readonly precision?: Precision
}

/** Whisper through ONNX Runtime, in a thread of its own. */
export class OnnxWhisperASR implements PrefixASR<WhisperResult> {
  readonly sep = ''
  readonly hallucinates = true
  readonly leavesAudio = true
  readonly originalLanguage: string | null
  readonly maxAudioSec = WINDOW_SEC
  readonly #options: OnnxWhisperOptions
  readonly #computing: Computing
  readonly #precision: Precision
  readonly #languages: readonly string[]
  readonly #log: Log | undefined
  /** The language that was told last. */
  readonly #search: Pick<SessionOptions, 'beamSize' | 'temperatures' | 'keyTerms'>
  #task: 'transcribe' | 'translate'
  #modelName = ''
  #wordDelaySec = 0
  #multilingual = false
  #workers: WorkerPool | null = null
  /** Whether another recognizer loaded the model, and releases it. */
  #isGuest = false
  #session: Promise<PooledSession> | null = null
  #share: Share = { client: '', isPatient: false }
  readonly #timings = new TotalTimings()
  readonly #languageDoubt = new LanguageDoubt()
  readonly #toldLanguage: ToldLanguage

  constructor(options: OnnxWhisperOptions = {}) {
    const { language = null, task = 'transcribe', threads = 0, workers = 1 } = options
    const { beamSize = 1, temperatures = [0] } = options
    this.#options = options
    this.#precision = options.precision ?? 'q8'
    this.#search = { beamSize, temperatures, keyTerms: options.keyTerms ?? [] }
    this.originalLanguage = language === null || language === 'auto' ? null : knownLanguage(language)
    this.#languages = (options.languages ?? []).map(knownLanguage)
    this.#log = options.log
    this.#toldLanguage = new ToldLanguage(options.log)
    this.#task = task
    this.#computing = sharedCores({ threads, workers })
  }

  /** Name of the loaded model, such as "tiny.en". */
  get modelName(): string {
    return this.#modelName
  }

  /** Whether the loaded model says when each word was said. */
  get timesWords(): boolean {
    return this.#workers?.facts.attends ?? false
  }

  /** As `ASRBase.wordDelaySec`, of the loaded model. */
  get wordDelaySec(): number {
    return this.#wordDelaySec
  }

  /**
   * Checks, loads and warms up a model.
   *
   * @param modelSize name; only "tiny.en" comes with the program
   * @param cacheDir folder in which models lie by name
   * @param modelDir folder of the model itself; wins over name and cache
   * @throws ModelError when there is no such model or a file of it is missing or damaged
   */
  async loadModel(modelSize: string | null, cacheDir: string | null, modelDir: string | null): Promise<void> {
    const folder = await inspectModelFolder(await findModelFolder(modelSize, cacheDir, modelDir), this.#precision)
    this.#modelName = folder.config.name
    this.#multilingual = folder.config.multilingual
    this.#wordDelaySec = wordDelayOf(folder.config)
    this.#checkTask()
    if (folder.outdated) this.#log?.info(`${this.#modelName} ${OUTDATED}`)
    this.#workers = await WorkerPool.load({ model: folder, ...this.#computing, log: this.#log })
    this.#checkLanguages(this.#workers.facts.languages)
  }

  async transcribe(audio: Float32Array, options: TranscribeOptions): Promise<WhisperResult> {
    const { prompt, positionSamples, committedSec, maxBeamSize, isSpeech, signal, onProgress } = options
    const session = await this.#open()
    const call = { audio, prompt, positionSamples, committedSec, maxBeamSize, isSpeech }
    const onWindow = ({ untilSec, segments }: RecognizedWindow) => onProgress?.({ untilSec, words: believed(segments) })
    const result = await this.#count(() => session.transcribe(call, signal, onWindow))
    this.#doubt(this.tsWords(result), positionSamples)
    return result
  }

  async turn(signal: AbortSignal): Promise<void> {
    // What is wrong with the session the recognition says.
    const session = await this.#open().catch(() => null)
    await session?.turn(signal)
  }

  async transcribeFrom(audio: Float32Array, options: PrefixOptions): Promise<PrefixResult> {
    const { prompt, positionSamples, fromSec, untilSec, isSpeech, signal } = options
    const session = await this.#open()
    const prefix = options.prefix.flatMap(({ tokens }) => tokens)
    const call = { audio, prompt, positionSamples, prefix, fromSec, untilSec, isSpeech }
    const result = await this.#count(() => session.transcribeFrom(call, signal))
    this.#doubt(result.words, positionSamples)
    return result
  }

  tsWords({ segments }: WhisperResult): readonly Word[] {
    return believed(segments)
  }

  /** Ends of the model's segments, and of the sentences in them: a long segment can be cut there as well. */
  segmentsEndTs({ segments }: WhisperResult): readonly number[] {
    return segments.flatMap(({ words, end }) => [
      ...words.slice(0, -1).flatMap((word) => (ENDS_SENTENCE.test(word.text) ? [word.end] : [])),
      end,
    ])
  }

  languageOf({ language: code, detected, isGuessed, endsSec }: WhisperResult): ResultLanguage | null {
    return detected && { code, isSure: !isGuessed, endsSec }
  }

  skippedSpeechSec({ skippedSpeechSec }: WhisperResult): number {
    return skippedSpeechSec
  }

  setTranslateTask(): void {
    this.#task = 'translate'
    this.#checkTask()
  }

  async session(request: StreamRequest = {}): Promise<OnnxWhisperASR> {
    const { language, task = this.#task, client = '', isPatient = false, log = this.#log } = request
    const own = { task, ...(log && { log }), ...(language !== undefined && { language }) }
    const guest = new OnnxWhisperASR({ ...this.#options, ...own })
    guest.#modelName = this.#modelName
    guest.#multilingual = this.#multilingual
    guest.#workers = this.#workers
    guest.#isGuest = true
    guest.#share = { client, isPatient }
    guest.#checkTask()
    if (this.#workers) guest.#checkLanguages(this.#workers.facts.languages)
    return guest
  }

  async close(): Promise<void> {
    const [workers, session] = [this.#workers, this.#session]
    this.#workers = null
    this.#session = null
    if (!this.#isGuest) return workers?.close()
    // One that could not be opened is not to be closed: whoever asked for it was told why.
    const opened = await session?.catch(() => null)
    await opened?.close()
  }

  timings(): readonly StageTiming[] {
    return this.#timings.timings()
  }

  async #open(): Promise<PooledSession> {
    const workers = this.#workers
    if (!workers) throw new BackendError('no model is loaded', { hint: 'call loadModel first' })
    const options = { language: this.originalLanguage, languages: this.#languages, task: this.#task, ...this.#search }
    this.#session ??= workers.open(options, this.#share, this.#isGuest).catch((error: unknown) => {
      // The next call may find a thread that goes on.
      this.#session = null
      throw error
    })
    return this.#session
  }

  async #count<Result extends Pick<WhisperResult, 'stages' | 'detected' | 'rival'>>(
    recognize: () => Promise<Result>,
  ): Promise<Result> {
    const begin = performance.now()
    const result = await recognize()
    this.#timings.add(result.stages, performance.now() - begin)
    this.#toldLanguage.tell(result, this.originalLanguage ?? this.#languages[0] ?? null)
    return result
  }

  /** An English-only model is not asked for the language; what it makes of another is told from its doubt. */
  #doubt(words: readonly Word[], positionSamples = 0): void {
    if (this.#multilingual || !this.#languageDoubt.take(words, positionSamples / SAMPLE_RATE)) return
    const what = `this is hardly English, the only language of the model ${this.#modelName}: its text is guesswork`
    this.#log?.warn(`${what}; use a multilingual model: --model base, or one with --model-dir`, what)
  }

  #checkLanguages(known: readonly string[]): void {
    const asked = this.originalLanguage === null ? this.#languages : [this.originalLanguage]
    const unknown = asked.find((code) => !known.includes(code))
    if (unknown === undefined) return
    throw new UsageError(`the model ${this.#modelName} does not know ${languageName(unknown)} (${unknown})`, {
      hint: known.length === 1 ? `it knows English only; ${MULTILINGUAL}` : `it knows: ${known.join(', ')}`,
    })
  }

  /** English-only models have no tokens for languages and translation. */
  #checkTask(): void {
    if (this.#modelName === '' || this.#multilingual) return
    const { originalLanguage: language } = this
    const hint = MULTILINGUAL
    if (this.#task === 'translate') throw new UsageError(`the model ${this.#modelName} cannot translate`, { hint })
    if (language !== null && language !== 'en') {
      throw new UsageError(`the model ${this.#modelName} knows English only, not "${language}"`, { hint })
    }
  }
}

const OUTDATED =
  'was converted by an older version; "asr-stream models convert" makes a model of the same checkpoint that is nearer to float32'
const MULTILINGUAL = 'give a multilingual model: --model tiny, --model base, or one with --model-dir'

function believed(segments: readonly WhisperSegment[]): readonly Word[] {
  return segments
    .filter(({ noSpeechProbability }) => noSpeechProbability <= NO_SPEECH_LIMIT)
    .flatMap(({ words }) => words)
}

/** @throws UsageError for a language that Whisper does not know */
function knownLanguage(asked: string): string {
  const code = whisperLanguageCode(asked)
  if (code !== undefined) return code
  const near = nearestLanguages(asked)
  const list = `give a code or a name, such as de, pt-BR, German or deutsch; docs/languages.md lists all ${WHISPER_LANGUAGES.length}`
  const question = `did you mean ${near.map((name) => `"${name}"`).join(' or ')}?`
  throw new UsageError(`unknown language "${asked}"`, {
    hint: near.length === 0 ? list : question,
    code: 'ASR_LANGUAGE_UNKNOWN',
    details: { language: asked, availableLanguages: WHISPER_LANGUAGES },
  })
}
