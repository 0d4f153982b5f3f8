import { SAMPLE_RATE } from '../../core/sample-rate.js'
import type { VadStream } from '../../core/types.js'
import { GrowingAudioBuffer } from '../audio-buffer.js'
import { VADIterator, type VADOptions } from './vad-iterator.js'

/** What is to be done with audio; times are seconds of the stream. */
export type GateStep =
  | {
      /** Audio is let go. */
      readonly kind: 'drop'
      /** Where that ends. */
      readonly until: number
      /** Why, if that is not because it is no speech. */
      readonly lost?: string
    }
  | {
      /** An utterance begins. */
      readonly kind: 'begin'
      /** Where. */
      readonly at: number
      /** Whether what was said before is forgotten. */
      readonly resetContext: boolean
    }
  | {
      /** Audio of the utterance comes. */
      readonly kind: 'speech'
      /** Mono, 16 kHz. */
      readonly audio: Float32Array
    }
  | {
      /** The utterance has ended, and so has its text. */
      readonly kind: 'end'
    }

/** Decides what of a stream is handed to recognition. */
export interface SpeechGate {
  /** The most samples that are decided about at once. */
  readonly maxSamples: number
  /** Begins a stream whose first sample is at `offset` seconds. */
  reset(offset: number): void
  /** Decides about the next audio, as far as that is possible yet. */
  take(audio: Float32Array): Promise<readonly GateStep[]>
  /** Decides about the rest: the stream is over. */
  flush(): Promise<readonly GateStep[]>
}

/** Audio before speech is remembered for so long: the start of speech is found a little late. Ref: whisper_online.py. */
const MEMORY_SEC = 1
/** Speech begins and ends on steps of 10 ms: recognizers that work in such steps can then use again what they computed. */
export const GRID_SAMPLES = 160
/** Windows that are judged in one call: a call takes about a millisecond, and the event loop waits for it. */
const WINDOWS_AT_ONCE = 16

/**
 * Lets speech through, to the window. Silence after speech waits until it is clear whether speech goes on, and is dropped
 * if it does not; what lies after an end belongs to what comes.
 */
export class ExactSpeechGate implements SpeechGate {
  readonly maxSamples: number
  readonly #detector: VadStream
  readonly #iterator: VADIterator
  /** Audio that is not decided about, its last part not judged. */
  #kept = new GrowingAudioBuffer()
  #offsetSamples = 0
  #judgedSamples = 0
  #steps: GateStep[] = []

  constructor(detector: VadStream, options: VADOptions = {}) {
    this.#detector = detector
    this.#iterator = new VADIterator(options)
    this.maxSamples = WINDOWS_AT_ONCE * detector.windowSamples
  }

  /** Whether speech goes through at this moment. */
  get isOpen(): boolean {
    return this.#iterator.isSpeech && this.#iterator.possibleEnd === null
  }

  reset(offset: number): void {
    this.#detector.reset()
    this.#iterator.reset()
    this.#kept = new GrowingAudioBuffer(offset)
    this.#offsetSamples = this.#kept.positionSamples
    this.#judgedSamples = this.#offsetSamples
    this.#steps = []
  }

  async take(audio: Float32Array): Promise<readonly GateStep[]> {
    this.#kept.append(audio)
    const { windowSamples } = this.#detector
    const waiting = this.#unjudged()
    const whole = waiting.length - (waiting.length % windowSamples)
    if (whole > 0) this.#judge(await this.#detector.score(waiting.subarray(0, whole)), windowSamples)
    return this.#takeSteps()
  }

  /** The last audio, shorter than a window, is judged with silence after it. */
  async flush(): Promise<readonly GateStep[]> {
    const last = this.#unjudged()
    if (last.length > 0) {
      const window = new Float32Array(this.#detector.windowSamples)
      window.set(last)
      this.#judge(await this.#detector.score(window), last.length)
    }
    if (this.#iterator.isSpeech) this.#end(this.#iterator.possibleEnd ?? Number.POSITIVE_INFINITY)
    this.#drop(this.#judgedSamples)
    const steps = this.#takeSteps()
    this.reset(this.#kept.offsetSec)
    return steps
  }

  #unjudged(): Float32Array {
    return this.#kept.samples().subarray(this.#judgedSamples - this.#kept.positionSamples)
  }

  #judge(probabilities: readonly number[], windowSamples: number): void {
    for (const probability of probabilities) {
      this.#judgedSamples += windowSamples
      const event = this.#iterator.next(probability, windowSamples)
      if (event && 'start' in event) this.#begin(event.start + this.#offsetSamples)
      else if (event) this.#end(event.end)
    }
    if (this.#iterator.isSpeech) this.#emitSpeech(this.#iterator.possibleEnd ?? Number.POSITIVE_INFINITY)
    else this.#drop(this.#judgedSamples - MEMORY_SEC * SAMPLE_RATE)
  }

  #begin(start: number): void {
    this.#drop(Math.floor(start / GRID_SAMPLES) * GRID_SAMPLES)
    this.#steps.push({ kind: 'begin', at: this.#kept.offsetSec, resetContext: false })
  }

  /** @param end from the start of the stream, as the iterator gives it */
  #end(end: number): void {
    this.#emitSpeech(end)
    this.#steps.push({ kind: 'end' })
  }

  #emitSpeech(end: number): void {
    const until = Math.ceil((end + this.#offsetSamples) / GRID_SAMPLES) * GRID_SAMPLES
    const audio = this.#cut(Math.min(until, this.#judgedSamples))
    if (audio.length > 0) this.#steps.push({ kind: 'speech', audio })
  }

  #drop(until: number): void {
    if (this.#cut(until).length > 0) this.#steps.push({ kind: 'drop', until: this.#kept.offsetSec })
  }

  #cut(position: number): Float32Array {
    return this.#kept.take(position - this.#kept.positionSamples)
  }

  #takeSteps(): readonly GateStep[] {
    const steps = this.#steps
    this.#steps = []
    return steps
  }
}
