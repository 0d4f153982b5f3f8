import type { ModelMetadata } from '../../src/backends/contract.js'
import { BackendError } from '../../src/core/errors.js'
import type { ASRProcessor, Segment, TranscribeOptions, Word } from '../../src/core/types.js'

const RATE = 16_000
/** A word lasts as long. */
const WORD_SEC = 0.5
export const METADATA: ModelMetadata = { separator: ' ', modelType: 'made-up', modelSize: 'none', language: null }

export interface Result {
  words: Word[]
  ends: number[]
}

/** A recognizer that keeps all rules: a word for each half second, which says how loud it is. */
export class GoodRecognizer {
  readonly leavesAudio = true
  readonly sep: string = ' '
  readonly originalLanguage = null
  closed = false

  async transcribe(audio: Float32Array, options: TranscribeOptions): Promise<Result> {
    if (this.closed) throw new BackendError('the recognizer is closed')
    options.signal?.throwIfAborted()
    // Work that takes a turn of the event loop.
    await new Promise((resolve) => setImmediate(resolve))
    options.signal?.throwIfAborted()
    return this.result(audio)
  }

  result(audio: Float32Array): Result {
    const words = wordsOf(audio, 0)
    return { words, ends: words.map(({ end }) => end) }
  }

  tsWords(result: Result): readonly Word[] {
    return result.words
  }

  segmentsEndTs(result: Result): readonly number[] {
    return result.ends
  }

  setTranslateTask(): void {}

  async session(): Promise<GoodRecognizer> {
    return new GoodRecognizer()
  }

  async close(): Promise<void> {
    this.closed = true
  }
}

/** A processor that keeps all rules: it says each half second as soon as it is over. */
export class GoodProcessor implements ASRProcessor {
  protected audio = new Float32Array(0)
  protected begin = 0
  closed = false

  init(offset = 0): void {
    this.audio = new Float32Array(0)
    this.begin = offset
  }

  insertAudioChunk(audio: Float32Array): void {
    this.audio = Float32Array.from([...this.audio, ...audio])
  }

  async processIter(signal?: AbortSignal): Promise<Segment | null> {
    if (this.closed) throw new BackendError('the processor is closed')
    await new Promise((resolve) => setImmediate(resolve))
    signal?.throwIfAborted()
    const words = wordsOf(this.audio, this.begin)
    const samples = words.length * WORD_SEC * RATE
    this.audio = this.audio.slice(samples)
    this.begin += samples / RATE
    return segmentOf(words)
  }

  async finish(signal?: AbortSignal): Promise<Segment | null> {
    return signal?.aborted ? null : this.processIter(signal)
  }

  unconfirmed(): Segment | null {
    return null
  }

  async close(): Promise<void> {
    this.closed = true
  }
}

export function segmentOf(words: readonly Word[]): Segment | null {
  const [first, last] = [words[0], words.at(-1)]
  return first && last
    ? { begin: first.begin, end: last.end, text: words.map(({ text }) => text).join(' '), words }
    : null
}

function wordsOf(audio: Float32Array, fromSec: number): Word[] {
  return Array.from({ length: Math.floor(audio.length / RATE / WORD_SEC) }, (_, index) => {
    const begin = index * WORD_SEC
    const level = audio.subarray(begin * RATE, (begin + WORD_SEC) * RATE).reduce((sum, sample) => sum + sample ** 2, 0)
    return { begin: fromSec + begin, end: fromSec + begin + WORD_SEC, text: level.toFixed(1) }
  })
}
