import { SAMPLE_RATE } from '../../core/sample-rate.js'
import type { ASRProcessor, Effort, GivenUp, Segment, VadStream } from '../../core/types.js'
import type { AudioLedger } from '../ledger/audio-ledger.js'
import { ReferenceSpeechGate } from './reference-speech-gate.js'
import { ExactSpeechGate, type GateStep, type SpeechGate } from './speech-gate.js'
import type { VADOptions } from './vad-iterator.js'

/** How voice activity controls recognition. */
export interface VACOptions {
  /** Audio between updates of the processor inside, in seconds; an end of speech does not wait for it. */
  readonly minChunkSec: number
  /** Joins texts, as `ASRBase.sep`. */
  readonly separator: string
  /** Records audio that is not handed on. */
  readonly ledger?: AudioLedger | undefined
}

/**
 * The gate in front of the processor. With compat it is the reference's, which loses what lies after an end of speech in
 * the same chunk and forgets what was said before each pause.
 */
export function createSpeechGate(
  detector: VadStream,
  options: VADOptions,
  compat: 'whisper_online' | null,
): SpeechGate {
  // Differs from reference: chosen here, once; see `ReferenceSpeechGate` for its way.
  return compat === null ? new ExactSpeechGate(detector, options) : new ReferenceSpeechGate(detector, options)
}

/**
 * Voice activity controller: hands speech to a processor, and ends its utterance as soon as speech ends.
 *
 * Ref: whisper_online.py VACOnlineASRProcessor.
 */
export class VACOnlineASRProcessor implements ASRProcessor {
  readonly #online: ASRProcessor
  readonly #gate: SpeechGate
  readonly #options: VACOptions
  #waiting: Float32Array[] = []
  #steps: GateStep[] = []
  #speechSamples = 0
  #minChunkSec: number
  /** Second of the stream up to which the utterance has been handed on. */
  #utteranceSec = 0
  #utteranceEnd: number | null = null
  /** Texts of utterances that ended while all was being finished. */
  readonly #ended: Segment[] = []
  /** Present where the processor inside can. */
  readonly giveUp?: (reason: string) => GivenUp

  /** @param online any processor: it gets utterances, one after the other */
  constructor(online: ASRProcessor, gate: SpeechGate, options: VACOptions) {
    this.#online = online
    this.#gate = gate
    this.#options = options
    this.#minChunkSec = options.minChunkSec
    const { giveUp } = online
    if (giveUp) this.giveUp = (reason) => giveUp.call(online, reason)
    this.init()
  }

  init(offset = 0): void {
    this.#online.init(offset)
    this.resume(offset)
  }

  resume(offset: number): void {
    this.#gate.reset(offset)
    this.#waiting = []
    this.#steps = []
    this.#speechSamples = 0
  }

  insertAudioChunk(audio: Float32Array): void {
    if (audio.length > 0) this.#waiting.push(audio)
  }

  /** Whether an utterance has ended and there is audio after it already. */
  hasMore(): boolean {
    return this.#waiting.length > 0 || this.#steps.length > 0
  }

  /**
   * Decides about the audio that has arrived, up to the next end of an utterance, whose text it gives; after the last one
   * it runs an update of the processor inside if that is due.
   *
   * @throws whatever the processor inside throws; the call can be repeated then
   */
  async processIter(signal?: AbortSignal): Promise<Segment | null> {
    this.#utteranceEnd = null
    const ended = await this.#advance(signal)
    if (ended || this.#speechSamples <= this.#minChunkSec * SAMPLE_RATE) return ended
    this.#speechSamples = 0
    return this.#online.processIter(signal)
  }

  async finish(signal?: AbortSignal): Promise<Segment | null> {
    this.#utteranceEnd = null
    if (signal?.aborted) {
      this.#waiting = []
      this.#steps = []
      const rest = await this.#online.finish(signal)
      return this.#joined(this.#ended.splice(0).concat(rest ?? []))
    }
    await this.#endAll(signal)
    this.#steps.push(...(await this.#gate.flush()))
    await this.#endAll(signal)
    return this.#joined(this.#ended.splice(0))
  }

  /** What the processor inside says of the utterance that goes on. */
  unconfirmed(): Segment | null {
    return this.#online.unconfirmed?.() ?? null
  }

  utteranceEnd(): number | null {
    return this.#utteranceEnd
  }

  setEffort(effort: Effort): void {
    this.#minChunkSec = effort.stepSec
    this.#online.setEffort?.(effort)
  }

  async close(): Promise<void> {
    await this.#online.close?.()
  }

  /** What has ended stays ended, even if a later end fails and all is to be finished again. */
  async #endAll(signal: AbortSignal | undefined): Promise<void> {
    while (this.hasMore()) {
      const ended = await this.#advance(signal)
      if (ended) this.#ended.push(ended)
    }
  }

  async #advance(signal: AbortSignal | undefined): Promise<Segment | null> {
    while (this.hasMore()) {
      signal?.throwIfAborted()
      const [step] = this.#steps
      if (!step) {
        this.#steps.push(...(await this.#gate.take(this.#nextWaiting())))
        continue
      }
      // Done before it is struck off: an utterance whose end fails is ended again.
      const ended = await this.#do(step, signal)
      this.#steps.shift()
      if (ended) return ended
    }
    return null
  }

  async #do(step: GateStep, signal: AbortSignal | undefined): Promise<Segment | null> {
    switch (step.kind) {
      case 'drop':
        this.#options.ledger?.drop(step.until, step.lost)
        return null
      case 'begin':
        if (step.resetContext || !this.#online.resume) this.#online.init(step.at)
        else this.#online.resume(step.at)
        this.#utteranceSec = step.at
        return null
      case 'speech':
        this.#online.insertAudioChunk(step.audio)
        this.#speechSamples += step.audio.length
        this.#utteranceSec += step.audio.length / SAMPLE_RATE
        return null
      case 'end': {
        this.#speechSamples = 0
        const rest = await this.#online.finish(signal)
        this.#utteranceEnd = this.#utteranceSec
        return rest
      }
    }
  }

  #nextWaiting(): Float32Array {
    const [chunk] = this.#waiting
    const piece = chunk!.subarray(0, this.#gate.maxSamples)
    if (piece.length === chunk!.length) this.#waiting.shift()
    else this.#waiting[0] = chunk!.subarray(piece.length)
    return piece
  }

  #joined(segments: readonly Segment[]): Segment | null {
    const [first, last] = [segments[0], segments.at(-1)]
    if (!first || !last) return null
    return {
      begin: first.begin,
      end: last.end,
      text: segments.map(({ text }) => text).join(this.#options.separator),
      words: segments.flatMap(({ words }) => words),
    }
  }
}
