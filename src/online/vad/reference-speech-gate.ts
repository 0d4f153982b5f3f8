import { SAMPLE_RATE } from '../../core/sample-rate.js'
import type { VadStream } from '../../core/types.js'
import type { GateStep, SpeechGate } from './speech-gate.js'
import { FixedVADIterator, type VADOptions } from './vad-iterator.js'

/** Audio that is remembered while nobody speaks, in seconds. */
const MEMORY_SEC = 1

/**
 * The gate as the reference has it: all events of a chunk become one, what lies after an end in the same chunk is thrown
 * away, indexes before the start of the buffer count from its end, and each utterance forgets the one before.
 *
 * Ref: whisper_online.py VACOnlineASRProcessor.insert_audio_chunk.
 */
export class ReferenceSpeechGate implements SpeechGate {
  readonly maxSamples = Number.POSITIVE_INFINITY
  readonly #iterator: FixedVADIterator
  #buffer = new Float32Array(0)
  #bufferOffset = 0
  #status: 'voice' | 'nonvoice' | null = null

  constructor(detector: VadStream, options: VADOptions = {}) {
    this.#iterator = new FixedVADIterator(detector, options)
  }

  /** Whether somebody speaks; null before anybody has. */
  get status(): 'voice' | 'nonvoice' | null {
    return this.#status
  }

  /** Samples that are remembered. */
  get bufferSamples(): number {
    return this.#buffer.length
  }

  /** Start of what is remembered, in samples of the stream. */
  get bufferOffsetSamples(): number {
    return this.#bufferOffset
  }

  /** The stream begins at 0, wherever it is. */
  reset(): void {
    this.#iterator.reset()
    this.#buffer = new Float32Array(0)
    this.#bufferOffset = 0
    this.#status = null
  }

  async take(audio: Float32Array): Promise<readonly GateStep[]> {
    const span = await this.#iterator.next(audio)
    const joined = new Float32Array(this.#buffer.length + audio.length)
    joined.set(this.#buffer)
    joined.set(audio, this.#buffer.length)
    this.#buffer = joined
    if (!span) return this.#status === 'voice' ? [{ kind: 'speech', audio: this.#clear() }] : this.#forget()
    this.#status = span.end === undefined ? 'voice' : 'nonvoice'
    const begin = span.start === undefined ? undefined : span.start - this.#bufferOffset
    const end = span.end === undefined ? undefined : span.end - this.#bufferOffset
    const offset = this.#bufferOffset
    const speech = this.#clear().slice(begin ?? 0, end)
    const steps: GateStep[] = []
    if (begin !== undefined) steps.push({ kind: 'begin', at: (offset + begin) / SAMPLE_RATE, resetContext: true })
    steps.push({ kind: 'speech', audio: speech })
    if (end !== undefined) {
      steps.push({ kind: 'end' })
      steps.push({ kind: 'drop', until: this.#bufferOffset / SAMPLE_RATE, lost: 'thrown away after an end of speech' })
    }
    return steps
  }

  /** The end of the stream ends whatever there was, once more if need be. */
  async flush(): Promise<readonly GateStep[]> {
    return [{ kind: 'end' }]
  }

  #clear(): Float32Array {
    const buffer = this.#buffer
    this.#bufferOffset += buffer.length
    this.#buffer = new Float32Array(0)
    return buffer
  }

  #forget(): readonly GateStep[] {
    const forgotten = Math.max(0, this.#buffer.length - MEMORY_SEC * SAMPLE_RATE)
    if (forgotten === 0) return []
    this.#bufferOffset += forgotten
    this.#buffer = this.#buffer.slice(forgotten)
    return [{ kind: 'drop', until: this.#bufferOffset / SAMPLE_RATE }]
  }
}
