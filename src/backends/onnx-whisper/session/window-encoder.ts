import { SAMPLE_RATE } from '../../../core/sample-rate.js'
import { HOP_SAMPLES, LogMel } from '../features/log-mel.js'
import type { EngineRun } from '../model/engine-run.js'
import type { EncodedAudio, PositionSpan, WhisperModel } from '../model/model.js'

/** The longest audio that Whisper takes at once, in seconds. */
export const WINDOW_SEC = 30
/** The same in samples. */
export const WINDOW_SAMPLES = WINDOW_SEC * SAMPLE_RATE
/** Samples from one encoder position to the next: 20 ms. */
export const POSITION_SAMPLES = 2 * HOP_SAMPLES
const WINDOW_FRAMES = WINDOW_SAMPLES / HOP_SAMPLES
/** Shorter windows make Whisper repeat itself: it was trained on 30 s. Measured in docs/engine.md. */
const MIN_WINDOW_FRAMES = 1500
/** Silence after the audio, without which the last words come out worse. Measured in docs/engine.md. */
const PADDING_FRAMES = 200
/** Windows have few different lengths: each new one has all of the silence at its end computed. */
const WINDOW_STEP_FRAMES = 300
/** Positions so far back from the old end of the audio do not change any more. Measured in docs/engine.md. */
const LOOK_BACK_POSITIONS = 75
/** Positions of the silence after the audio that are computed again; farther ones stay as they were. */
const LOOK_AHEAD_POSITIONS = 30
/** Beyond this share of a window, computing all of it costs as little. */
const MAX_WINDOW_SHARE = 0.75
/** The loudest value of a window sets the floor of its log-mel values; another floor, another window. */
const LOUDEST_TOLERANCE = 0.2

/** Samples by which audio is known again. */
const PROBES = 64

/** Some samples of the audio that was encoded last. */
type SampleProbes = readonly { readonly position: number; readonly value: number }[]

/** A piece of audio to encode, 30 s at most. */
export interface EncodingRequest {
  /** Mono, 16 kHz. */
  readonly audio: Float32Array
  /** Position of the audio in the stream, if known: what was computed for it before is used again. */
  readonly positionSamples: number | undefined
  /** Whether the next window will probably begin where this one does. */
  readonly isGrowing: boolean
  readonly run: EngineRun
}

/** What the encoder's states were computed from. */
interface EncodedRange {
  readonly positionSamples: number
  readonly samples: number
  readonly frames: number
  readonly loudest: number
}

/**
 * Encodes the windows of one stream. A window that grew is computed again only at its end: log-mel frames of audio that
 * was encoded before are kept, and so are the encoder's states of audio that lies some seconds back, which more audio
 * hardly changes.
 */
export class WindowEncoder {
  readonly #model: WhisperModel
  readonly #mel: LogMel
  readonly #audio: EncodedAudio
  #encoded: EncodedRange | null = null
  #probes: SampleProbes | null = null

  constructor(model: WhisperModel) {
    this.#model = model
    this.#mel = new LogMel(model.config.dims.mels)
    this.#audio = model.createAudio()
  }

  /** Encodes a window. The result is good until the next call. */
  async encode({ audio, positionSamples, isGrowing, run }: EncodingRequest): Promise<EncodedAudio> {
    this.#forgetOtherAudio(audio, positionSamples)
    const frames = this.#windowFrames(audio.length)
    const features = run.clock.measure('log-mel', () => this.#mel.window(audio, frames, positionSamples))
    await run.pause()
    const window = { positionSamples: positionSamples ?? -1, samples: audio.length, frames, loudest: features.loudest }
    const stretch = isGrowing ? this.#changed(window) : undefined
    this.#encoded = null
    await run.clock.measure('encoder', () => this.#model.encode(features, this.#audio, stretch))
    if (isGrowing && positionSamples !== undefined && this.#model.encodesParts) this.#encoded = window
    return this.#audio
  }

  /** A stream that begins again has other audio at the same positions: what was computed for the old one is no good then. */
  #forgetOtherAudio(audio: Float32Array, positionSamples: number | undefined): void {
    if (positionSamples === undefined) return
    const isOther = this.#probes?.some(({ position, value }) => {
      const at = position - positionSamples
      return at >= 0 && at < audio.length && audio[at] !== value
    })
    if (isOther) {
      this.#encoded = null
      this.#mel.forget()
    }
    const step = Math.max(1, Math.floor(audio.length / PROBES))
    const probes = Array.from({ length: Math.floor(audio.length / step) }, (_, i) => i * step)
    this.#probes = probes.map((at) => ({ position: positionSamples + at, value: audio[at]! }))
  }

  /** Gives the memory of the states back; the next window is encoded whole. */
  rest(): void {
    this.close()
  }

  /** Releases what is kept. */
  close(): void {
    this.#audio.dispose()
    this.#encoded = null
  }

  /** The positions of a window that grew which are not as they were; undefined where all are to be computed. */
  #changed(window: EncodedRange): PositionSpan | undefined {
    const { positions } = this.#audio
    const before = this.#encoded
    if (!before || before.positionSamples !== window.positionSamples || before.frames > window.frames) return undefined
    if (before.samples > window.samples || Math.abs(before.loudest - window.loudest) > LOUDEST_TOLERANCE)
      return undefined
    const from = Math.max(0, Math.floor(before.samples / POSITION_SAMPLES) - LOOK_BACK_POSITIONS)
    const end = Math.ceil(window.samples / POSITION_SAMPLES) + LOOK_AHEAD_POSITIONS
    const to = window.frames / 2 > positions ? window.frames / 2 : Math.min(positions, end)
    return to - from > (MAX_WINDOW_SHARE * window.frames) / 2 ? undefined : { from, to }
  }

  #windowFrames(samples: number): number {
    if (!this.#model.dynamicWindow) return WINDOW_FRAMES
    const wanted = Math.max(MIN_WINDOW_FRAMES, Math.ceil(samples / HOP_SAMPLES) + PADDING_FRAMES)
    return Math.min(WINDOW_FRAMES, Math.ceil(wanted / WINDOW_STEP_FRAMES) * WINDOW_STEP_FRAMES)
  }
}
