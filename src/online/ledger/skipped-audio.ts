import { SAMPLE_RATE } from '../../core/sample-rate.js'
import type { Log } from '../../core/types.js'
import type { AudioLedger } from './audio-ledger.js'

/** So long a voice without words at the end of a stream is worth a word: less may be a breath, or the end of a word. */
const MIN_VOICE_SEC = 3

/** A voice of which nothing is recognized. */
export interface UnheardVoice {
  /** In seconds of the stream. */
  readonly behindSec: number
  /** How long it is heard, in seconds. */
  readonly voiceSec: number
}

/** Tells of audio in which nothing was recognized. One for a stream. */
export class SkippedAudio {
  readonly #log: Log | undefined
  readonly #ledger: AudioLedger | undefined
  #warned = false

  constructor(log: Log | undefined, ledger: AudioLedger | undefined) {
    this.#log = log
    this.#ledger = ledger
  }

  /** Something was recognized: the next time that nothing is will be told again. */
  heardWords(): void {
    this.#warned = false
  }

  /** The first part of a full buffer goes. */
  dropFromFullBuffer(begin: number, end: number): void {
    this.dropSpeech(begin, end, 'nothing was recognized in a full buffer')
  }

  /** Audio goes in which there may be speech; the log is told once in a row. Times are seconds of the stream. */
  dropSpeech(begin: number, end: number, reason: string): void {
    if (!this.#warned) {
      this.#log?.warn(
        `nothing is recognized from ${begin.toFixed(1)} s on; audio before ${end.toFixed(1)} s is dropped`,
      )
    }
    this.#warned = true
    this.mark(begin, end, reason)
  }

  /** The stream ends, at a time in seconds, with a voice of which nothing was recognized. */
  endWithVoice({ behindSec, voiceSec }: UnheardVoice, endSec: number): void {
    if (voiceSec < MIN_VOICE_SEC || this.#warned) return
    const heard = `a voice is heard for ${voiceSec.toFixed(1)} s`
    this.#log?.warn(`nothing is recognized from ${behindSec.toFixed(1)} s to ${endSec.toFixed(1)} s, where ${heard}`)
  }

  /** The last samples of a stream, which came after its last update. */
  markTail(end: number, samples: number): void {
    if (samples > 0) this.mark(end - samples / SAMPLE_RATE, end, 'arrived after the last update')
  }

  /** Puts it into the ledger. */
  mark(begin: number, end: number, reason: string): void {
    this.#ledger?.mark(begin, end, 'skipped', reason)
  }
}
