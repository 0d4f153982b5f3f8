import { SAMPLE_RATE } from '../../core/sample-rate.js'
import type { VadStream } from '../../core/types.js'
import type { AudioLedger } from '../ledger/audio-ledger.js'
import { ExactSpeechGate, GRID_SAMPLES } from './speech-gate.js'
import type { VADOptions } from './vad-iterator.js'

/** A stretch of audio, in samples. */
export interface SpeechSpan {
  readonly begin: number
  readonly end: number
}

/** Where in a stream there is speech. Audio that it is shown again is not judged again. */
export class SpeechTimeline {
  readonly #gate: ExactSpeechGate
  readonly #ledger: AudioLedger | undefined
  #judged: SpeechSpan = { begin: 0, end: 0 }
  #decided = 0
  /** In samples of the stream; the last one may go on. */
  #speech: SpeechSpan[] = []
  /** Where the first of them is if only speech counts. */
  #forgotten = 0

  constructor(detector: VadStream, options: VADOptions, ledger?: AudioLedger) {
    this.#gate = new ExactSpeechGate(detector, options)
    this.#ledger = ledger
  }

  /**
   * Judges what of this audio is not judged yet.
   *
   * @param position of the audio in the stream, in samples; undefined: it is another stream
   * @returns the stretches of speech in the audio, in samples from its start, in order
   */
  async speechIn(audio: Float32Array, position: number | undefined): Promise<readonly SpeechSpan[]> {
    const begin = position ?? 0
    const goesOn = position !== undefined && begin >= this.#judged.begin && begin <= this.#judged.end
    if (!goesOn) this.#startAt(begin)
    await this.#take(audio.subarray(this.#judged.end - begin))
    this.#forgetBefore(begin)
    return this.#speech.flatMap((stretch) => {
      const from = Math.max(0, stretch.begin - begin)
      const to = Math.min(audio.length, this.#endOf(stretch) - begin)
      return to > from ? [{ begin: from, end: to }] : []
    })
  }

  /** Where a position that has been judged is if only speech counts, in samples. */
  speechBefore(position: number): number {
    const lengths = this.#speech.map((stretch) => Math.min(this.#endOf(stretch), position) - stretch.begin)
    return lengths.reduce((sum, length) => sum + Math.max(0, length), this.#forgotten)
  }

  /** Another stream: its positions continue after the previous stream, so that cached positions cannot collide. */
  #startAt(position: number): void {
    const behind = this.speechBefore(Number.POSITIVE_INFINITY)
    this.#forgotten = Math.max(position, Math.ceil(behind / GRID_SAMPLES) * GRID_SAMPLES)
    this.#gate.reset(position / SAMPLE_RATE)
    this.#judged = { begin: position, end: position }
    this.#decided = position
    this.#speech = []
  }

  async #take(audio: Float32Array): Promise<void> {
    for (let from = 0; from < audio.length; from += this.#gate.maxSamples) {
      const piece = audio.subarray(from, from + this.#gate.maxSamples)
      const steps = await this.#gate.take(piece)
      this.#judged = { ...this.#judged, end: this.#judged.end + piece.length }
      for (const step of steps) {
        if (step.kind === 'begin') this.#speech.push({ begin: this.#decided, end: this.#decided })
        else if (step.kind === 'speech') this.#extend(step.audio.length)
        else if (step.kind === 'drop') this.#pass(Math.round(step.until * SAMPLE_RATE))
      }
    }
  }

  #extend(samples: number): void {
    this.#decided += samples
    const open = this.#speech.pop()!
    this.#speech.push({ begin: open.begin, end: this.#decided })
  }

  #pass(position: number): void {
    this.#ledger?.mark(this.#decided / SAMPLE_RATE, position / SAMPLE_RATE, 'silent')
    this.#decided = position
  }

  #forgetBefore(position: number): void {
    const gone = this.#speech.slice(0, -1).filter(({ end }) => end <= position)
    this.#forgotten += gone.reduce((sum, { begin, end }) => sum + end - begin, 0)
    this.#speech = this.#speech.slice(gone.length)
    this.#judged = { ...this.#judged, begin: position }
  }

  /** What is not judged yet is taken for what was before it. */
  #endOf(stretch: SpeechSpan): number {
    return this.#gate.isOpen && stretch === this.#speech.at(-1) ? this.#judged.end : stretch.end
  }
}
