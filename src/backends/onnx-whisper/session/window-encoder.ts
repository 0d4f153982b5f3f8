import { SAMPLE_RATE } from '../../../core/sample-rate.js'
import { HOP_SAMPLES, LogMel, type LogMelWindow } from '../features/log-mel.js'
import type { EngineRun } from '../model/engine-run.js'
import type { EncodedAudio, Stretch, WhisperModel } from '../model/model.js'

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
  /**
   * Whether the window before may go on where its front is cut off; absent: no. Timestamps would count from where it began, and a
   * text that begins is looked for there.
   */
  readonly mayLoseFront?: boolean
  readonly run: EngineRun
}

/** What the encoder's states were computed from. */
interface EncodedRange {
  readonly positionSamples: number
  readonly samples: number
  readonly loudest: number
  /** Where it begins in the 30 s that the model knows, in positions. */
  readonly place: number
}

/** A window that is about to be encoded. */
interface PlannedWindow {
  readonly features: LogMelWindow
  readonly range: EncodedRange
  /** What of it is computed; absent: all. */
  readonly stretch?: Stretch
}

/**
 * Encodes the windows of one stream. A window that grew is computed again only at its end: log-mel frames of audio that
 * was encoded before are kept, and so are the encoder's states of audio that lies some seconds back, which more audio
 * hardly changes. Where the front of the audio is cut off, so are its states; the others stay at their place in the 30 s that the
 * model knows, until these are full.
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
  async encode(request: EncodingRequest): Promise<EncodedAudio> {
    const { positionSamples, isGrowing, run } = request
    this.#forgetOtherAudio(request.audio, positionSamples)
    const planned = () => this.#goingOn(request) ?? this.#begun(request)
    const { features, range, stretch } = run.clock.measure('log-mel', planned)
    await run.pause()
    this.#encoded = null
    await run.clock.measure('encoder', () => this.#model.encode(features, this.#audio, stretch))
    if (isGrowing && positionSamples !== undefined && this.#model.encodesParts) this.#encoded = range
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

  #begun({ audio, positionSamples = -1 }: EncodingRequest): PlannedWindow {
    const frames = this.#windowFrames(audio.length, MIN_WINDOW_FRAMES)
    const features = this.#mel.window(audio, frames, positionSamples < 0 ? undefined : positionSamples)
    return { features, range: { positionSamples, samples: audio.length, loudest: features.loudest, place: 0 } }
  }

  /** The window before, with more audio and perhaps without its front; null where all of it is to be computed. */
  #goingOn({ audio, positionSamples = -1, isGrowing, mayLoseFront }: EncodingRequest): PlannedWindow | null {
    const before = this.#encoded
    if (!before || !isGrowing) return null
    const cut = positionSamples - before.positionSamples
    const losesFront = cut !== 0 || before.place > 0
    if (cut <= -POSITION_SAMPLES || (losesFront && !(mayLoseFront && this.#model.cutsWindows))) return null
    const dropped = Math.max(0, Math.ceil(cut / POSITION_SAMPLES))
    const begin = before.positionSamples + dropped * POSITION_SAMPLES
    const heard = audio.subarray(begin - positionSamples)
    const known = before.samples - dropped * POSITION_SAMPLES
    const place = before.place + dropped
    const stretch = this.#changed({
      known,
      samples: heard.length,
      dropped,
      place,
      before: before.samples,
      mayLoseFront,
    })
    if (!stretch) return null
    const features = this.#mel.window(heard, 2 * stretch.positions, begin)
    if (Math.abs(before.loudest - features.loudest) > LOUDEST_TOLERANCE) return null
    const range = { positionSamples: begin, samples: heard.length, loudest: features.loudest, place }
    return { features, range, stretch }
  }

  /** What is to be computed of a window of which a part is known; null: all. */
  #changed({
    known,
    samples,
    dropped,
    place,
    before,
    mayLoseFront,
  }: GrownAudio): (Stretch & { readonly positions: number }) | null {
    if (known > samples) return null
    const audioPositions = Math.ceil(samples / POSITION_SAMPLES)
    const beforePositions = Math.ceil(before / POSITION_SAMPLES)
    // After a cut it will probably become as long as it was.
    const longest = dropped > 0 ? Math.max(audioPositions, beforePositions) : audioPositions
    if (place > 0 && place + longest + LOOK_AHEAD_POSITIONS > WINDOW_FRAMES / 2) return null
    const left = this.#audio.positions - dropped
    const silent = mayLoseFront ? Math.max(0, this.#audio.positions - beforePositions - LOOK_AHEAD_POSITIONS) : 0
    const positions = Math.max(left, this.#windowFrames(samples, 0) / 2)
    const from = Math.max(0, Math.floor(known / POSITION_SAMPLES) - LOOK_BACK_POSITIONS)
    const end = Math.min(positions, audioPositions + LOOK_AHEAD_POSITIONS)
    const to = positions > left && silent === 0 ? positions : end
    if (to - from > MAX_WINDOW_SHARE * positions || (dropped > 0 && from === 0)) return null
    return { from, to, dropped, place, silent, positions }
  }

  #windowFrames(samples: number, least: number): number {
    if (!this.#model.dynamicWindow) return WINDOW_FRAMES
    const wanted = Math.max(least, Math.ceil(samples / HOP_SAMPLES) + PADDING_FRAMES)
    return Math.min(WINDOW_FRAMES, Math.ceil(wanted / WINDOW_STEP_FRAMES) * WINDOW_STEP_FRAMES)
  }
}

/** Audio at the start of which is some whose states are known. Lengths in samples, places in positions. */
interface GrownAudio {
  readonly known: number
  readonly samples: number
  readonly dropped: number
  readonly place: number
  /** Length of the window before. */
  readonly before: number
  /** As of `EncodingRequest`; a window that may not has the silence at its end computed when it becomes longer. */
  readonly mayLoseFront: boolean | undefined
}
