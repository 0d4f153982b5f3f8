import { SAMPLE_RATE } from '../../core/sample-rate.js'
import type { Word } from '../../core/types.js'
import type { SpeechSpan } from './speech-timeline.js'

/** Audio of which only some stretches are left, put together, and where the times of the one are in the other. */
export class TimeMap {
  /** The stretches in samples of the whole audio, and of what is left. */
  readonly #parts: readonly { readonly whole: SpeechSpan; readonly left: SpeechSpan }[]
  readonly #leftSamples: number

  /** @param stretches what is left, in order, in samples */
  constructor(stretches: readonly SpeechSpan[]) {
    let length = 0
    this.#parts = stretches.map((whole) => {
      const left = { begin: length, end: length + whole.end - whole.begin }
      length = left.end
      return { whole, left }
    })
    this.#leftSamples = length
  }

  /** How much is left. */
  get leftSamples(): number {
    return this.#leftSamples
  }

  /** What is left of the audio. */
  cut(audio: Float32Array): Float32Array {
    const [first] = this.#parts
    if (this.#parts.length === 1) return audio.subarray(first!.whole.begin, first!.whole.end)
    const cut = new Float32Array(this.#leftSamples)
    for (const { whole, left } of this.#parts) cut.set(audio.subarray(whole.begin, whole.end), left.begin)
    return cut
  }

  /** The time in the remaining audio, in seconds, of a time in the whole; a time inside removed audio maps to the cut. */
  toLeft(time: number): number {
    const position = time * SAMPLE_RATE
    const part = this.#parts.find(({ whole }) => whole.end > position)
    if (!part) return this.#leftSamples / SAMPLE_RATE
    return (part.left.begin + Math.max(0, position - part.whole.begin)) / SAMPLE_RATE
  }

  /** A word with its times in the whole. It stays in the stretch in which most of it lies: silence is never inside a word. */
  wordInWhole<W extends Word>(word: W): W {
    const part = this.#partAt((word.begin + word.end) / 2)
    if (!part) return word
    const { whole, left } = part
    const placed = (time: number) => {
      const inside = Math.min(Math.max(time * SAMPLE_RATE, left.begin), left.end)
      return (inside - left.begin + whole.begin) / SAMPLE_RATE
    }
    return { ...word, begin: placed(word.begin), end: placed(word.end) }
  }

  /** The time in the whole of an end in what is left. */
  endInWhole(time: number): number {
    const position = time * SAMPLE_RATE
    const part = this.#parts.find(({ left }) => position <= left.end) ?? this.#parts.at(-1)
    if (!part) return time
    return (Math.min(position, part.left.end) - part.left.begin + part.whole.begin) / SAMPLE_RATE
  }

  /** The time in what is left, of a word in the whole. */
  wordInLeft<W extends Word>(word: W): W {
    return { ...word, begin: this.toLeft(word.begin), end: this.toLeft(word.end) }
  }

  #partAt(time: number) {
    const position = time * SAMPLE_RATE
    return this.#parts.find(({ left }) => position < left.end) ?? this.#parts.at(-1)
  }
}
