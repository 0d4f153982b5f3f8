import { BackendError, UsageError } from '../../core/errors.js'
import { SAMPLE_RATE } from '../../core/sample-rate.js'
import { ENDS_SENTENCE } from '../../core/sentence-end.js'
import type { ASRBase, Log, TranscribeOptions, Word } from '../../core/types.js'
import { withoutSilence } from '../onnx-whisper/timing/energy.js'
import { CoarseTimes } from './coarse-times.js'
import type { PipelineFacts, RecognizedTexts } from './messages.js'
import { canHaveWords, MAX_PIECE_SEC } from './pieces.js'
import { insideAudio } from './texts.js'
import type { PipelineWorker } from './worker-client.js'

/** A pause between words at which the buffer may be cut, in seconds: text of CTC models has no sentences. */
const PAUSE_SEC = 0.3
/** A detected language stays when it is this likely, by this much audio. */
const SURE_PROBABILITY = 0.5
const SURE_SEC = 3

/** What a recognizer is asked for. */
export interface SpeechOptions {
  /** Language code; null: detected where the model can. */
  readonly language: string | null
  readonly task: 'transcribe' | 'translate'
}

/** What was recognized: words with times from the start of the audio. */
export interface RecognizedWords {
  readonly words: readonly Word[]
}

/** A stream on a model that the library's pipeline runs. */
export class PipelineASR implements ASRBase<RecognizedWords> {
  /** Words bring their own spaces: texts of some languages have none. */
  readonly sep = ''
  readonly maxAudioSec = MAX_PIECE_SEC
  readonly leavesAudio = true
  readonly originalLanguage: string | null
  /** Models that write letters where they hear them, as CTC does, make nothing up. */
  readonly hallucinates: boolean
  readonly #facts: PipelineFacts
  readonly #log: Log
  readonly #coarse = new CoarseTimes()
  /** Whether another recognizer loaded the model, and releases it. */
  readonly #isGuest: boolean
  #worker: PipelineWorker | null
  #task: SpeechOptions['task']
  #detected: string | null = null

  /**
   * @param worker the loaded model
   * @throws UsageError when the model cannot do what is asked
   */
  constructor(worker: PipelineWorker, facts: PipelineFacts, options: SpeechOptions, log: Log, isGuest = false) {
    this.#worker = worker
    this.#facts = facts
    this.hallucinates = facts.family !== 'ctc'
    this.#log = log
    this.#isGuest = isGuest
    this.originalLanguage = options.language
    this.#task = options.task
    this.#checkLanguage()
    this.#checkTask()
  }

  async transcribe(audio: Float32Array, { signal, positionSamples }: TranscribeOptions): Promise<RecognizedWords> {
    signal?.throwIfAborted()
    if (!this.#worker) throw new BackendError('recognition has ended')
    if (!canHaveWords(audio)) return { words: [] }
    const language = this.#facts.languages.length > 0 ? (this.originalLanguage ?? this.#detected) : null
    const recognized = await this.#worker.recognize({ audio, language, task: this.#task }, signal)
    this.#noteLanguage(recognized, audio.length / SAMPLE_RATE)
    return { words: this.#words(recognized, audio, positionSamples) }
  }

  tsWords({ words }: RecognizedWords): readonly Word[] {
    return words
  }

  /** Ends of sentences, and words before a pause. */
  segmentsEndTs({ words }: RecognizedWords): readonly number[] {
    return words
      .filter(({ text, end }, index) => {
        const next = words[index + 1]
        return !next || ENDS_SENTENCE.test(text) || next.begin - end >= PAUSE_SEC
      })
      .map(({ end }) => end)
  }

  setTranslateTask(): void {
    this.#task = 'translate'
    this.#checkTask()
  }

  async session(): Promise<PipelineASR> {
    if (!this.#worker) throw new BackendError('recognition has ended')
    const options = { language: this.originalLanguage, task: this.#task }
    return new PipelineASR(this.#worker, this.#facts, options, this.#log, true)
  }

  async close(): Promise<void> {
    const worker = this.#worker
    this.#worker = null
    if (!this.#isGuest) await worker?.close()
  }

  #words(
    { texts, areWords }: RecognizedTexts,
    audio: Float32Array,
    positionSamples: number | undefined,
  ): readonly Word[] {
    if (!areWords) return this.#coarse.place(texts, audio, positionSamples)
    return withoutSilence(insideAudio(texts, audio.length / SAMPLE_RATE), audio)
  }

  #noteLanguage({ language }: RecognizedTexts, seconds: number): void {
    if (!language || this.#detected !== null) return
    const { code, probability } = language
    const isSure = probability >= SURE_PROBABILITY && seconds >= SURE_SEC
    this.#log[isSure ? 'info' : 'debug'](`the language is ${code}, by ${Math.round(probability * 100)} %`)
    if (isSure) this.#detected = code
  }

  #checkLanguage(): void {
    const { languages, family, modelType } = this.#facts
    const language = this.originalLanguage
    if (language === null || family !== 'whisper') return
    if (languages.length > 0 ? languages.includes(language) : language === 'en') return
    throw new UsageError(`this ${modelType} model does not know the language "${language}"`, {
      hint: languages.length > 0 ? `it knows ${languages.join(', ')}` : 'it knows en only: give a multilingual one',
    })
  }

  #checkTask(): void {
    const { languages, modelType } = this.#facts
    if (this.#task === 'transcribe' || languages.length > 0) return
    throw new UsageError(`this ${modelType} model cannot translate`, { hint: 'give a multilingual Whisper model' })
  }
}
