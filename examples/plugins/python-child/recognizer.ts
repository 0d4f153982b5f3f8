import { type ASRBase, type TranscribeOptions, UsageError, type Word } from 'asr-stream/plugin'
import { within } from '../words.js'
import type { PythonChild } from './child.js'

const SAMPLE_RATE = 16_000
/** Segments that are silence with a higher probability have no words. Ref: whisper_online.py ts_words. */
const MAX_NO_SPEECH = 0.9

/** What a worker answers: see `segment` of serve.py. */
interface Transcript {
  readonly segments: readonly { readonly end: number; readonly noSpeech: number; readonly words: readonly Word[] }[]
  readonly durationSec: number
}

/** What a worker's `load` tells; absent members: not known. */
interface About {
  readonly multilingual?: boolean
}

/** A Whisper in Python as a recognizer. */
export class PythonWhisper implements ASRBase<Transcript> {
  readonly sep = ''
  readonly originalLanguage: string | null
  readonly #child: PythonChild
  #about: About = {}
  #task = 'transcribe'

  constructor(child: PythonChild, language: string) {
    this.#child = child
    this.originalLanguage = language === 'auto' ? null : language
  }

  async loadModel(): Promise<void> {
    try {
      this.#about = (await this.#child.load()) as About
    } catch (error) {
      await this.#child.close()
      throw error
    }
  }

  async transcribe(audio: Float32Array, { prompt, signal }: TranscribeOptions): Promise<Transcript> {
    const request = { prompt, task: this.#task, language: this.originalLanguage }
    const answer = (await this.#child.ask(request, audio, signal)) as Pick<Transcript, 'segments'>
    return { ...answer, durationSec: audio.length / SAMPLE_RATE }
  }

  tsWords({ segments, durationSec }: Transcript): readonly Word[] {
    const spoken = segments.filter(({ noSpeech }) => noSpeech <= MAX_NO_SPEECH).flatMap(({ words }) => words)
    return within(spoken, 0, durationSec)
  }

  segmentsEndTs({ segments, durationSec }: Transcript): readonly number[] {
    return segments.map(({ end }) => Math.min(end, durationSec))
  }

  setTranslateTask(): void {
    if (this.#about.multilingual === false)
      throw new UsageError('the model knows English only: there is nothing to translate')
    this.#task = 'translate'
  }

  /** Another stream: requests of all streams wait for each other in the one child. */
  async session(): Promise<ASRBase<Transcript>> {
    const session = new PythonWhisper(this.#child, this.originalLanguage ?? 'auto')
    session.#about = this.#about
    session.#task = this.#task
    session.close = async () => {}
    return session
  }

  async close(): Promise<void> {
    await this.#child.close()
  }
}
