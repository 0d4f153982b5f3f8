import type { ASRConfig } from '../config/config.js'
import type { TranscriptEvent } from '../core/events.js'
import type { Log, Segment, Word } from '../core/types.js'

/** What a word counts as whose backend does not say how likely it is. */
const SURE = 1

/** Marks the doubtful words of final text, in all streams of a transcriber. */
export class DoubtfulWords {
  readonly #minConfidence: number | null
  readonly #backend: string
  readonly #log: Log
  #isTold = false

  constructor({ minConfidence, backend }: ASRConfig, log: Log) {
    this.#minConfidence = minConfidence
    this.#backend = backend
    this.#log = log
  }

  /** An event as it comes out; the same where nothing is to be marked. */
  marked(event: TranscriptEvent): TranscriptEvent {
    if (this.#minConfidence === null || event.type !== 'text-final') return event
    return { ...event, segment: this.#markedSegment(event.segment, this.#minConfidence) }
  }

  #markedSegment(segment: Segment, minConfidence: number): Segment {
    const { words } = segment
    if (words.length > 0 && words.every((word) => confidenceOf(word) === undefined)) this.#tell()
    const isDoubtful = (word: Word) => (confidenceOf(word) ?? SURE) < minConfidence
    return { ...segment, words: words.map((word) => (isDoubtful(word) ? { ...word, isDoubtful: true } : word)) }
  }

  #tell(): void {
    if (this.#isTold) return
    this.#isTold = true
    this.#log.warn(
      `a least confidence has no effect: the backend "${this.#backend}" does not say how likely its words are; no word is marked`,
    )
  }
}

/** How likely it is that a word is right, as far as is known. */
function confidenceOf({ confidence, probability }: Word): number | undefined {
  return confidence ?? probability
}
