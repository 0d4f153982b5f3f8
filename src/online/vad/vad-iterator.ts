import { SAMPLE_RATE } from '../../core/sample-rate.js'
import type { VadStream } from '../../core/types.js'

/** Below the threshold by this much it is silence; between the two it stays what it was. */
const HYSTERESIS = 0.15
/** With a low threshold something is still silence. */
const MIN_SILENCE_THRESHOLD = 0.01

/** When speech begins and ends. */
export interface VADOptions {
  /** Probability from which on it is speech. 0.5 if absent. */
  readonly threshold?: number
  /** So much silence ends speech, in milliseconds. 500 if absent. */
  readonly minSilenceMs?: number
  /** So much before and after what was found counts as speech, in milliseconds. 100 if absent. */
  readonly speechPadMs?: number
}

/** Speech has begun or ended there, in samples from the start of the stream. */
export type VADEvent = { readonly start: number } | { readonly end: number }

/**
 * Finds starts and ends of speech in the probabilities of windows.
 *
 * Ref: silero_vad_iterator.py VADIterator (Silero VAD, MIT).
 */
export class VADIterator {
  readonly #threshold: number
  readonly #silenceThreshold: number
  readonly #minSilenceSamples: number
  readonly #padSamples: number
  #position = 0
  #isSpeech = false
  #quiet: { readonly since: number; readonly windowSamples: number } | null = null

  constructor({ threshold = 0.5, minSilenceMs = 500, speechPadMs = 100 }: VADOptions = {}) {
    this.#threshold = threshold
    this.#silenceThreshold = Math.max(threshold - HYSTERESIS, MIN_SILENCE_THRESHOLD)
    this.#minSilenceSamples = (SAMPLE_RATE * minSilenceMs) / 1000
    this.#padSamples = (SAMPLE_RATE * speechPadMs) / 1000
  }

  /** Whether speech has begun and not ended. */
  get isSpeech(): boolean {
    return this.#isSpeech
  }

  /** Where speech will have ended if the silence lasts; null while there is none. */
  get possibleEnd(): number | null {
    if (!this.#quiet) return null
    return Math.trunc(this.#quiet.since + this.#padSamples - this.#quiet.windowSamples)
  }

  /** Begins another stream. */
  reset(): void {
    this.#position = 0
    this.#isSpeech = false
    this.#quiet = null
  }

  /** Takes the probability of the next window. */
  next(probability: number, windowSamples: number): VADEvent | null {
    this.#position += windowSamples
    if (probability >= this.#threshold) {
      this.#quiet = null
      if (this.#isSpeech) return null
      this.#isSpeech = true
      return { start: Math.trunc(Math.max(0, this.#position - this.#padSamples - windowSamples)) }
    }
    if (probability >= this.#silenceThreshold || !this.#isSpeech) return null
    this.#quiet ??= { since: this.#position, windowSamples }
    if (this.#position - this.#quiet.since < this.#minSilenceSamples) return null
    const end = this.possibleEnd!
    this.#quiet = null
    this.#isSpeech = false
    return { end }
  }
}

/** What happened in a piece of audio: the start of its first speech, the end of its last. */
export interface VADSpan {
  readonly start?: number
  readonly end?: number
}

/**
 * Takes audio of any length. Several events in one piece become one: speech between its first begin and its last end; an
 * end with a start after it is none.
 *
 * Ref: silero_vad_iterator.py FixedVADIterator.
 */
export class FixedVADIterator {
  readonly #detector: VadStream
  readonly #iterator: VADIterator
  #rest = new Float32Array(0)

  constructor(detector: VadStream, options: VADOptions = {}) {
    this.#detector = detector
    this.#iterator = new VADIterator(options)
  }

  /** Begins another stream. */
  reset(): void {
    this.#detector.reset()
    this.#iterator.reset()
    this.#rest = new Float32Array(0)
  }

  /** Takes the next audio of the stream; what is no whole window waits. */
  async next(audio: Float32Array): Promise<VADSpan | null> {
    const { windowSamples } = this.#detector
    const waiting = new Float32Array(this.#rest.length + audio.length)
    waiting.set(this.#rest)
    waiting.set(audio, this.#rest.length)
    const judged = waiting.length - (waiting.length % windowSamples)
    this.#rest = waiting.slice(judged)
    if (judged === 0) return null
    let span: VADSpan | null = null
    for (const probability of await this.#detector.score(waiting.subarray(0, judged))) {
      const event = this.#iterator.next(probability, windowSamples)
      if (event) span = merged(span, event)
    }
    return span && Object.keys(span).length > 0 ? span : null
  }
}

function merged(span: VADSpan | null, event: VADEvent): VADSpan {
  if (!span) return event
  if ('end' in event) return { ...span, end: event.end }
  const { end, ...begun } = span
  return end === undefined ? span : begun
}
