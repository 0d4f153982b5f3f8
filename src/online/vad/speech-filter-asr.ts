import type {
  ASRBase,
  ContinuableWord,
  Continuation,
  ContinueOptions,
  ContinuingASR,
  TranscribeOptions,
  VoiceDetector,
  Word,
} from '../../core/types.js'
import { SAMPLE_RATE } from '../audio-buffer.js'
import type { AudioLedger } from '../ledger/audio-ledger.js'
import {
  continuingRecognizerOf,
  type Recognizer,
  type RecognizerOptions,
  recognizerOf,
  type Transcription,
} from '../recognizer.js'
import { SpeechTrack } from './speech-timeline.js'
import { SpeechMap } from './time-map.js'
import type { VADOptions } from './vad-iterator.js'

/** What Whisper hears at once, if the recogniser does not say. */
const DEFAULT_MAX_AUDIO_SEC = 30

/** What the recogniser made of the speech in some audio; null: there was none. */
export interface SpeechResult {
  readonly result: Transcription | null
  readonly map: SpeechMap
}

/** Audio whose speech was recognised last. */
interface Heard {
  readonly position: number
  readonly samples: number
  readonly prompt: string
  readonly result: Transcription
}

/**
 * Puts a layer around a recogniser that leaves out what is not speech: it hears the speech alone, put together, and its
 * words get their true times. Speech that it has heard as it is it does not hear again. For one stream.
 */
export function speechOnly(
  asr: ASRBase,
  detector: VoiceDetector,
  options: VADOptions = {},
  ledger?: AudioLedger,
  seam: RecognizerOptions = {},
): ASRBase<SpeechResult> {
  const track = new SpeechTrack(detector, options, ledger)
  const layer = new SpeechOnlyASR(asr, track, seam)
  return isContinuing(asr) ? Object.assign(layer, { continueText: onwardThrough(asr, track, seam) }) : layer
}

class SpeechOnlyASR implements ASRBase<SpeechResult> {
  readonly #asr: ASRBase
  readonly #recognizer: Recognizer
  readonly #track: SpeechTrack
  #last: Heard | null = null

  constructor(asr: ASRBase, track: SpeechTrack, seam: RecognizerOptions) {
    this.#asr = asr
    this.#recognizer = recognizerOf(asr, seam)
    this.#track = track
  }

  get sep() {
    return this.#asr.sep
  }

  get originalLanguage() {
    return this.#asr.originalLanguage
  }

  get hallucinates() {
    return this.#asr.hallucinates ?? false
  }

  get transcribeOptions() {
    return this.#asr.transcribeOptions
  }

  get maxAudioSec() {
    return this.#asr.maxAudioSec ?? DEFAULT_MAX_AUDIO_SEC
  }

  async loadModel(modelSize: string | null, cacheDir: string | null, modelDir: string | null): Promise<void> {
    await this.#asr.loadModel(modelSize, cacheDir, modelDir)
  }

  async transcribe(audio: Float32Array, options: TranscribeOptions): Promise<SpeechResult> {
    const map = new SpeechMap(await this.#track.hear(audio, options.positionSamples))
    if (map.leftSamples === 0) return { result: null, map }
    const { prompt, positionSamples: inWhole, committedSec } = options
    const inLeft = {
      ...options,
      ...progressThrough(map, options.onProgress),
      ...(committedSec === undefined ? {} : { committedSec: map.toLeft(committedSec) }),
    }
    if (inWhole === undefined) return { result: await this.#recognizer.transcribe(map.cut(audio), inLeft), map }
    const position = this.#track.speechBefore(inWhole)
    const samples = map.leftSamples
    const last = this.#last
    if (last?.position !== position || last.samples !== samples || last.prompt !== prompt) {
      const result = await this.#recognizer.transcribe(map.cut(audio), { ...inLeft, positionSamples: position })
      this.#last = { position, samples, prompt, result }
    }
    return { result: this.#last!.result, map }
  }

  tsWords({ result, map }: SpeechResult): readonly Word[] {
    return (result?.words ?? []).map((word) => map.wordInWhole(word))
  }

  segmentsEndTs({ result, map }: SpeechResult): readonly number[] {
    return (result?.segmentEnds ?? []).map((end) => map.endInWhole(end))
  }

  useVad(): void {}

  setTranslateTask(): void {
    this.#asr.setTranslateTask()
  }

  costs() {
    return this.#asr.costs?.() ?? []
  }

  async close(): Promise<void> {
    await this.#asr.close?.()
  }
}

function progressThrough(map: SpeechMap, tell: TranscribeOptions['onProgress']): Pick<TranscribeOptions, 'onProgress'> {
  if (!tell) return {}
  return {
    onProgress: ({ untilSec, words }) =>
      tell({ untilSec: map.endInWhole(untilSec), words: words.map((word) => map.wordInWhole(word)) }),
  }
}

function isContinuing(asr: ASRBase): asr is ContinuingASR {
  return typeof (asr as Partial<ContinuingASR>).continueText === 'function'
}

function onwardThrough(asr: ContinuingASR, track: SpeechTrack, seam: RecognizerOptions): ContinuingASR['continueText'] {
  const recognizer = continuingRecognizerOf(asr, seam)
  return async (audio: Float32Array, options: ContinueOptions): Promise<Continuation> => {
    const map = new SpeechMap(await track.hear(audio, options.positionSamples))
    const fromSec = map.toLeft(options.fromSec)
    if (Math.round(fromSec * SAMPLE_RATE) >= map.leftSamples) return { words: [], ended: 'silence', unheardSec: 0 }
    const { positionSamples: inWhole, untilSec } = options
    const continuation = await recognizer.continueText(map.cut(audio), {
      ...options,
      ...(inWhole === undefined ? {} : { positionSamples: track.speechBefore(inWhole) }),
      prefix: options.prefix.map((word) => map.wordInLeft(word)),
      fromSec,
      untilSec: untilSec === Number.POSITIVE_INFINITY ? untilSec : map.toLeft(untilSec),
    })
    const words: readonly ContinuableWord[] = continuation.words.map((word) => map.wordInWhole(word))
    return { ...continuation, words }
  }
}
