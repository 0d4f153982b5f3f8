import { SAMPLE_RATE } from '../../core/sample-rate.js'
import type { VadStream } from '../../core/types.js'

/** Below this a window has no voice: where an end of speech begins by default. */
const QUIET = 0.35
/** After so long without a voice, what the detector heard is forgotten. */
const FORGETS_AFTER_SEC = 4
/** The last of it is heard again, so that what goes on does not seem to have just begun. */
const HEARD_AGAIN_SEC = 2

/**
 * A detector that stays awake: the memory of a recurrent one fills with music, noise or the voice of somebody near, and it
 * misses who speaks then, or the first second of it. What it hears again it knows to be no speech. Probabilities do not
 * depend on how the audio is cut.
 *
 * Ref: silero-vad utils_vad.py, which forgets between files only; whisper_online.py has one memory for the stream as well.
 */
export function wakeful(detector: VadStream): VadStream {
  return new WakefulDetector(detector)
}

class WakefulDetector implements VadStream {
  readonly windowSamples: number
  readonly #detector: VadStream
  readonly #patienceWindows: number
  /** The last windows, of which a part is heard again. */
  #last: Float32Array = new Float32Array(0)
  #quietWindows = 0

  constructor(detector: VadStream) {
    this.#detector = detector
    this.windowSamples = detector.windowSamples
    this.#patienceWindows = this.#windows(FORGETS_AFTER_SEC)
  }

  reset(): void {
    this.#detector.reset()
    this.#last = new Float32Array(0)
    this.#quietWindows = 0
  }

  async score(audio: Float32Array): Promise<readonly number[]> {
    const probabilities: number[] = []
    for (let at = 0; at < audio.length; ) {
      // No further than to where it forgets if nobody speaks.
      const until = at + (this.#patienceWindows - this.#quietWindows) * this.windowSamples
      const part = audio.subarray(at, until)
      const scores = await this.#detector.score(part)
      probabilities.push(...scores)
      for (const score of scores) this.#quietWindows = score < QUIET ? this.#quietWindows + 1 : 0
      this.#remember(part)
      if (this.#quietWindows >= this.#patienceWindows) await this.#wake()
      at += part.length
    }
    return probabilities
  }

  async #wake(): Promise<void> {
    this.#detector.reset()
    this.#quietWindows = 0
    await this.#detector.score(this.#last)
  }

  #remember(audio: Float32Array): void {
    const kept = this.#windows(HEARD_AGAIN_SEC) * this.windowSamples
    const before = this.#last.subarray(Math.max(0, this.#last.length + audio.length - kept))
    const last = new Float32Array(Math.min(kept, before.length + audio.length))
    last.set(before.subarray(0, Math.max(0, last.length - audio.length)))
    last.set(audio.subarray(Math.max(0, audio.length - kept)), Math.max(0, last.length - audio.length))
    this.#last = last
  }

  #windows(seconds: number): number {
    return Math.round((seconds * SAMPLE_RATE) / this.windowSamples)
  }
}
