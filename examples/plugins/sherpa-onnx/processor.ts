import { setImmediate } from 'node:timers/promises'
import { type ASRProcessor, BackendError, type Segment, type Word } from 'asr-stream/plugin'
import { joined, within } from '../words.js'

const RATE = 16_000
/** Silence after the end, so that the model has heard what comes before. */
const PADDING_SEC = 0.8
/** How long a token sounds: the model tells only where it begins. */
const TOKEN_SEC = 0.08

/** What is used of the package's OnlineRecognizer. */
export interface Recognizer {
  createStream(): Stream
  isReady(stream: Stream): boolean
  decode(stream: Stream): void
  isEndpoint(stream: Stream): boolean
  reset(stream: Stream): void
  getResult(stream: Stream): { tokens: string[]; timestamps: number[]; ys_probs: number[]; start_time: number }
}
interface Stream {
  acceptWaveform(audio: { readonly samples: Float32Array; readonly sampleRate: number }): void
  inputFinished(): void
}

/** Greedy search never takes a token back: a word is final when the next one begins, the last one at the end of speech. */
export class SherpaProcessor implements ASRProcessor {
  #recognizer: Recognizer | null
  #stream: Stream
  #offset = 0
  #consumedSec = 0
  /** Words of the utterance that were given, and where the last one began. */
  #given = 0
  #last = 0

  constructor(recognizer: Recognizer) {
    this.#recognizer = recognizer
    this.#stream = recognizer.createStream()
  }

  init(offset = 0): void {
    this.#stream = this.#open().createStream()
    this.#offset = this.#last = offset
    this.#consumedSec = this.#given = 0
  }

  insertAudioChunk(samples: Float32Array): void {
    this.#stream.acceptWaveform({ samples, sampleRate: RATE })
    this.#consumedSec += samples.length / RATE
  }

  async processIter(signal?: AbortSignal): Promise<Segment | null> {
    return segmentOf(await this.#advance(signal))
  }

  async finish(signal?: AbortSignal): Promise<Segment | null> {
    if (signal?.aborted) return segmentOf(this.#take(true))
    this.#stream.acceptWaveform({ samples: new Float32Array(PADDING_SEC * RATE), sampleRate: RATE })
    this.#stream.inputFinished()
    return segmentOf([...(await this.#advance(signal)), ...this.#take(true)])
  }

  unconfirmed(): Segment | null {
    return segmentOf(this.#words().slice(this.#given))
  }

  async close(): Promise<void> {
    this.#recognizer = null
  }

  async #advance(signal: AbortSignal | undefined): Promise<readonly Word[]> {
    const recognizer = this.#open()
    const words: Word[] = []
    while (!signal?.aborted && recognizer.isReady(this.#stream)) {
      recognizer.decode(this.#stream)
      if (recognizer.isEndpoint(this.#stream)) {
        words.push(...this.#take(true))
        recognizer.reset(this.#stream)
        this.#given = 0
      }
      // A step takes milliseconds; in between audio and signals have their turn.
      await setImmediate()
    }
    return [...words, ...this.#take(false)]
  }

  /** Words that are new, and final. */
  #take(isEnd: boolean): readonly Word[] {
    const words = this.#words()
    const fresh = words.slice(this.#given, isEnd ? words.length : -1)
    this.#given += fresh.length
    this.#last = fresh.at(-1)?.begin ?? this.#last
    return fresh
  }

  /** Words of the utterance so far. */
  #words(): readonly Word[] {
    const { tokens, timestamps, ys_probs, start_time } = this.#open().getResult(this.#stream)
    const pieces = tokens.map((text, index) => {
      const begin = this.#offset + start_time + (timestamps[index] ?? 0)
      return { text, begin, end: begin + TOKEN_SEC, probability: Math.min(1, Math.exp(ys_probs[index] ?? 0)) }
    })
    const words = joined(pieces).map((word) => ({ ...word, text: withBytes(word.text) }))
    // An utterance may begin a frame before the last one ended.
    const from = this.#given === 0 ? this.#last : this.#offset
    return within(words, from, this.#offset + this.#consumedSec).map((word, index, all) => ({
      ...word,
      end: Math.min(word.end, all[index + 1]?.begin ?? word.end),
    }))
  }

  #open(): Recognizer {
    if (this.#recognizer) return this.#recognizer
    throw new BackendError('sherpa-onnx is closed')
  }
}

function segmentOf(words: readonly Word[]): Segment | null {
  const [first, last] = [words[0], words.at(-1)]
  if (!first || !last) return null
  return { begin: first.begin, end: last.end, text: words.map(({ text }) => text).join(''), words }
}

/** Bytes of characters that are no tokens come as "<0xE2>". */
function withBytes(text: string): string {
  return text.replace(/(<0x[0-9A-F]{2}>)+/g, (bytes) => Buffer.from(bytes.replace(/<0x|>/g, ''), 'hex').toString())
}
