import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { VadModel, VadStream } from '../../core/types.js'
import { type InferenceSession, Tensor } from './onnx-runtime.js'
import { floats, openSession } from './ort.js'

/** The folder of the model that comes with this package. */
export const SILERO_FOLDER = fileURLToPath(new URL('../../../models/silero-vad/', import.meta.url))
const MODEL_FILE = 'silero_vad_16k_sequence.onnx'

/** Samples that one probability is for: 32 ms. */
const WINDOW_SAMPLES = 512
/** Each window is judged with so many samples of the one before. */
const CONTEXT_SAMPLES = 64
const FRAME_SAMPLES = CONTEXT_SAMPLES + WINDOW_SAMPLES
/** Size of the hidden state, and of the cell, of its LSTM. */
const STATE_SIZE = 128

/**
 * Silero VAD 6 on ONNX Runtime, 16 kHz. It runs on the calling thread: sixteen windows take about a millisecond, less
 * than it takes to hand them to another thread when that is busy recognizing (`docs/voice-activity.md`).
 *
 * The graph takes any number of windows in turn. Input `input` is `[windows, 64 + 512]`, `h` and `c` `[1, 1, 128]`;
 * output `speech_probs` has a probability for each window, `hn` and `cn` the state after the last.
 */
export class SileroVAD implements VadModel {
  readonly #session: InferenceSession

  private constructor(session: InferenceSession) {
    this.#session = session
  }

  /** @throws ModelError when the model is missing or damaged */
  static async load(folder: string = SILERO_FOLDER): Promise<SileroVAD> {
    return new SileroVAD(await openSession(join(folder, MODEL_FILE), 1))
  }

  open(): VadStream {
    return new SileroStream(this.#session)
  }

  async close(): Promise<void> {
    await this.#session.release()
  }
}

class SileroStream implements VadStream {
  readonly windowSamples = WINDOW_SAMPLES
  readonly #session: InferenceSession
  #hidden: Float32Array = new Float32Array(STATE_SIZE)
  #cell: Float32Array = new Float32Array(STATE_SIZE)
  #context: Float32Array = new Float32Array(CONTEXT_SAMPLES)

  constructor(session: InferenceSession) {
    this.#session = session
  }

  reset(): void {
    this.#hidden = new Float32Array(STATE_SIZE)
    this.#cell = new Float32Array(STATE_SIZE)
    this.#context = new Float32Array(CONTEXT_SAMPLES)
  }

  async score(audio: Float32Array): Promise<readonly number[]> {
    const frames = withContext(this.#context, audio)
    const outputs = await this.#session.run({
      input: new Tensor('float32', frames, [frames.length / FRAME_SAMPLES, FRAME_SAMPLES]),
      h: new Tensor('float32', this.#hidden, [1, 1, STATE_SIZE]),
      c: new Tensor('float32', this.#cell, [1, 1, STATE_SIZE]),
    })
    this.#hidden = floats(outputs, 'hn')
    this.#cell = floats(outputs, 'cn')
    this.#context = frames.slice(-CONTEXT_SAMPLES)
    return Array.from(floats(outputs, 'speech_probs'))
  }
}

/** Whole windows, each with the last samples of what lies before it. What is out of range would spoil the state for good. */
function withContext(before: Float32Array, audio: Float32Array): Float32Array {
  const frames = new Float32Array((audio.length / WINDOW_SAMPLES) * FRAME_SAMPLES)
  for (let window = 0; window * WINDOW_SAMPLES < audio.length; window++) {
    const begin = window * WINDOW_SAMPLES
    const context = window === 0 ? before : audio.subarray(begin - CONTEXT_SAMPLES, begin)
    frames.set(context, window * FRAME_SAMPLES)
    frames.set(audio.subarray(begin, begin + WINDOW_SAMPLES), window * FRAME_SAMPLES + CONTEXT_SAMPLES)
  }
  return frames.map((sample) => (Number.isFinite(sample) ? Math.min(1, Math.max(-1, sample)) : 0))
}
