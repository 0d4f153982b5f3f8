/**
 * The model. This one hears whether there is sound, and needs nothing.
 *
 * PUT YOUR MODEL HERE: load it in `load`, run it in `recognize`, let go of it in `release`. Long computing belongs in a
 * worker thread, a child process or a service: while it blocks, no audio comes in and Ctrl-C waits.
 */

const RATE = 16_000
const FRAME_SAMPLES = 0.02 * RATE
/** Quiet of this length ends a sound. */
const PAUSE_FRAMES = 15
/** A sound that is longer is cut. */
const MAX_FRAMES = 250
const FRAMES_A_TURN = 50

/** A stretch of audio in which there is sound. */
export interface Sound {
  /** Seconds from the start of the audio. */
  readonly begin: number
  readonly end: number
}

export class Model {
  readonly #threshold: number

  private constructor(threshold: number) {
    this.#threshold = threshold
  }

  /** @param levelDb audio that is louder than this is sound, in decibels of full scale */
  static async load(levelDb: number): Promise<Model> {
    return new Model(10 ** (levelDb / 10))
  }

  /**
   * Finds the sounds in mono audio of 16 kHz with samples in [-1, 1].
   * @param signal rejects with its reason when it is aborted
   */
  async recognize(audio: Float32Array, signal?: AbortSignal): Promise<readonly Sound[]> {
    const sounds: Sound[] = []
    let first = -1
    let last = -1
    const end = () => {
      if (first >= 0) sounds.push({ begin: (first * FRAME_SAMPLES) / RATE, end: ((last + 1) * FRAME_SAMPLES) / RATE })
      first = -1
    }
    for (let frame = 0; (frame + 1) * FRAME_SAMPLES <= audio.length; frame++) {
      if (frame % FRAMES_A_TURN === 0) await turn(signal)
      const samples = audio.subarray(frame * FRAME_SAMPLES, (frame + 1) * FRAME_SAMPLES)
      if (power(samples) > this.#threshold) {
        if (first < 0) first = frame
        last = frame
      }
      if (first >= 0 && (frame - last >= PAUSE_FRAMES || frame - first + 1 >= MAX_FRAMES)) end()
    }
    end()
    return sounds
  }

  async release(): Promise<void> {}
}

const power = (samples: Float32Array) => samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length

/** Lets others have a turn, and notices when nobody waits for the result any more. */
async function turn(signal: AbortSignal | undefined): Promise<void> {
  signal?.throwIfAborted()
  await new Promise<void>((resolve) => setTimeout(resolve))
  signal?.throwIfAborted()
}
