import { SAMPLE_RATE } from '../../core/sample-rate.js'
import type { ASRBase, Log, StageTiming, TranscribeOptions, Word } from '../../core/types.js'
import { parseAnswer } from './answer.js'
import { checkKey } from './check-key.js'
import { badAnswer } from './failures.js'
import { endpoint, type OpenAiApiOptions, type Service } from './options.js'
import { ask } from './request.js'
import type { Chance } from './retry.js'
import { SentAudio } from './sent-audio.js'
import { type Transcript, transcript } from './transcript.js'

/** Services refuse audio that is shorter. */
const MIN_SAMPLES = 0.1 * SAMPLE_RATE
/** Three steps of 16 bits: quieter audio has nothing in it that could be heard. */
const SILENCE = 1e-4

/** What the recognizer is made of. */
export interface OpenAiApiSettings
  extends Pick<OpenAiApiOptions, 'timeoutSec' | 'retries' | 'sendPrompt' | 'responseFormat'> {
  readonly service: Service
  readonly model: string
  /** Code; null: the service detects it. */
  readonly language: string | null
  readonly temperature: number
  readonly log: Log
  /** Time and chance of the pauses between attempts; absent: real. */
  readonly chance?: Chance
}

/**
 * A recognizer that asks a service with OpenAI's interface for transcriptions. Every update sends the whole buffer; what
 * was sent is counted, because it is what such services charge for.
 *
 * Ref: whisper_online.py OpenaiApiASR.
 */
export class OpenAiApiASR implements ASRBase<Transcript> {
  readonly sep = ''
  readonly hallucinates = true
  readonly leavesAudio = true
  readonly originalLanguage: string | null
  readonly #settings: OpenAiApiSettings
  readonly #sent: SentAudio
  readonly #told: Set<string>
  #task: 'transcriptions' | 'translations' = 'transcriptions'
  #isClosed = false

  constructor(settings: OpenAiApiSettings, parent?: { readonly sent: SentAudio; readonly told: Set<string> }) {
    this.#settings = settings
    this.originalLanguage = settings.language
    this.#sent = new SentAudio(parent?.sent)
    this.#told = parent?.told ?? new Set()
  }

  /** Seconds of audio that were sent, those of its sessions included. */
  get sentSec(): number {
    return this.#sent.seconds
  }

  async transcribe(audio: Float32Array, { prompt, signal }: TranscribeOptions): Promise<Transcript> {
    signal?.throwIfAborted()
    if (audio.length < MIN_SAMPLES || isSilent(audio))
      return { words: [], segmentEnds: [], coarse: null, impossible: null }
    const { service, model, language, temperature, sendPrompt, responseFormat, timeoutSec, retries, log, chance } =
      this.#settings
    const task = this.#task
    const audioSec = audio.length / SAMPLE_RATE
    const question = { audio, task, model, language, temperature, responseFormat, prompt: sendPrompt ? prompt : '' }
    const begin = performance.now()
    const onSent = () => this.#sent.add(audioSec)
    const body = await ask(question, { service, timeoutSec, retries, log, signal, chance, onSent }).finally(() =>
      this.#sent.waited((performance.now() - begin) / 1000),
    )
    const understood = this.#understood(body, audioSec)
    this.#tellOnce(understood)
    return understood
  }

  tsWords({ words }: Transcript): readonly Word[] {
    return words
  }

  segmentsEndTs({ segmentEnds }: Transcript): readonly number[] {
    return segmentEnds
  }

  setTranslateTask(): void {
    this.#task = 'translations'
  }

  /** A second of noise would cost money. */
  async check(): Promise<void> {
    await checkKey(this.#settings.service, this.#settings.model)
  }

  /** The time that was waited; how much audio was sent stands in the name. */
  timings(): readonly StageTiming[] {
    return [this.#sent.timing()]
  }

  /** Nothing is kept between calls; what a session sends is counted here as well. */
  async session(): Promise<OpenAiApiASR> {
    const session = new OpenAiApiASR(this.#settings, { sent: this.#sent, told: this.#told })
    if (this.#task === 'translations') session.setTranslateTask()
    return session
  }

  async close(): Promise<void> {
    if (!this.#isClosed) this.#settings.log.info(this.#sent.summary(this.#settings.service.baseUrl.host))
    this.#isClosed = true
  }

  #understood(body: string, audioSec: number): Transcript {
    const { service, model, timeoutSec } = this.#settings
    const situation = { url: endpoint(service, this.#task), service, model, timeoutSec }
    let answer: ReturnType<typeof parseAnswer>
    try {
      answer = parseAnswer(body)
    } catch {
      throw badAnswer(body, situation)
    }
    if (answer === null) throw badAnswer(body, situation, 'something else')
    return transcript(answer, audioSec)
  }

  #tellOnce({ coarse, impossible }: Transcript): void {
    const source = impossible === null ? coarse : 'impossible times'
    if (source === null || this.#told.has(source)) return
    this.#told.add(source)
    const what =
      impossible !== null
        ? `impossible times: ${impossible}`
        : coarse === 'segments'
          ? 'times for segments only'
          : 'text without times'
    const so = impossible !== null && coarse === null ? 'such words lie between their neighbors' : COARSE
    this.#settings.log.warn(`the service gives ${what}: ${so}`)
  }
}

const COARSE = 'the times of words are coarse'

function isSilent(audio: Float32Array): boolean {
  return audio.every((sample) => !(Math.abs(sample) >= SILENCE))
}
