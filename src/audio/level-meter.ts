import { SAMPLE_RATE } from '../core/sample-rate.js'

/** Samples that are measured together: 50 ms. */
const BLOCK_SAMPLES = SAMPLE_RATE / 20
/** The quietest that is shown. */
const MIN_DB = -60
/** Speech is so much louder than what is always there. */
const SPEECH_ABOVE_NOISE_DB = 10
/** Nothing quieter is speech, however quiet the room. */
const MIN_SPEECH_DB = -50
/** Gaps between words are so many blocks long: half a second. */
const HELD_BLOCKS = 10
/** What is always there rises slowly, by this much a block: a long vowel is not noise. */
const NOISE_RISE_DB = 0.1

/** What a meter shows. */
export interface Level {
  /** Loudness of the last block in [0, 1], from -60 dB to full scale. */
  readonly loudness: number
  /** Whether something is clearly louder than the background: a hint for the eye, no decision rests on it. */
  readonly speech: boolean
}

/** Measures how loud audio is as it arrives. */
export class LevelMeter {
  #power = 0
  #count = 0
  #db = MIN_DB
  #noiseDb = 0
  #held = 0

  get level(): Level {
    return { loudness: Math.min(1, 1 - this.#db / MIN_DB), speech: this.#held > 0 }
  }

  push(audio: Float32Array): void {
    for (const sample of audio) {
      this.#power += sample * sample
      if (++this.#count === BLOCK_SAMPLES) this.#endBlock()
    }
  }

  #endBlock(): void {
    this.#db = Math.max(MIN_DB, 10 * Math.log10(this.#power / this.#count + 1e-12))
    this.#power = 0
    this.#count = 0
    this.#noiseDb = Math.min(this.#db, this.#noiseDb + NOISE_RISE_DB)
    const isLoud = this.#db > Math.max(MIN_SPEECH_DB, this.#noiseDb + SPEECH_ABOVE_NOISE_DB)
    this.#held = isLoud ? HELD_BLOCKS : Math.max(0, this.#held - 1)
  }
}
