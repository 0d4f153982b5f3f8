import { SAMPLE_RATE } from '../../core/sample-rate.js'
import type {
  ASRBase,
  PrefixASR,
  PrefixOptions,
  PrefixResult,
  PrefixWord,
  ResultLanguage,
  TranscribeOptions,
  VadStream,
  Word,
} from '../../core/types.js'
import type { AudioLedger } from '../ledger/audio-ledger.js'
import {
  type PartialHearing,
  prefixRecognizerOf,
  type Recognizer,
  type RecognizerOptions,
  recognizerOf,
  type Transcription,
} from '../recognizer.js'
import { SpeechTimeline } from './speech-timeline.js'
import { TimeMap } from './time-map.js'
import type { VADOptions } from './vad-iterator.js'

/** What Whisper takes at once, if the recognizer does not say. */
const DEFAULT_MAX_AUDIO_SEC = 30

/** What the recognizer made of the speech in some audio; null: there was none. */
export interface SpeechResult {
  readonly result: Transcription | null
  readonly map: TimeMap
}

/** Audio whose speech was recognized last. */
interface LastTranscription {
  readonly position: number
  readonly samples: number
  readonly prompt: string
  readonly result: Transcription
}

/**
 * Puts a layer around a recognizer that leaves out what is not speech: it gets the speech alone, put together, and
 * its words get their true times. Speech that was transcribed already is not transcribed again. For one stream.
 */
export function withSpeechFilter(
  asr: ASRBase,
  detector: VadStream,
  options: VADOptions = {},
  ledger?: AudioLedger,
  seam: RecognizerOptions = {},
): ASRBase<SpeechResult> {
  const timeline = new SpeechTimeline(detector, options, ledger)
  const layer = new SpeechFilterASR(asr, timeline, seam)
  const told = asr.skippedSpeechSec ? { skippedSpeechSec } : {}
  const simultaneous = isPrefixASR(asr) ? { transcribeFrom: prefixThroughFilter(asr, timeline, seam) } : {}
  return Object.assign(layer, told, simultaneous)
}

class SpeechFilterASR implements ASRBase<SpeechResult>, PartialHearing<SpeechResult> {
  /** The recognizer itself gets what is cut out of it. */
  readonly leavesAudio = true
  readonly #asr: ASRBase
  readonly #recognizer: Recognizer
  readonly #timeline: SpeechTimeline
  #last: LastTranscription | null = null

  constructor(asr: ASRBase, timeline: SpeechTimeline, seam: RecognizerOptions) {
    this.#asr = asr
    this.#recognizer = recognizerOf(asr, seam)
    this.#timeline = timeline
  }

  get sep() {
    return this.#asr.sep
  }

  get originalLanguage() {
    return this.#asr.originalLanguage ?? null
  }

  get hallucinates() {
    return this.#asr.hallucinates ?? false
  }

  get maxAudioSec() {
    return this.#asr.maxAudioSec ?? DEFAULT_MAX_AUDIO_SEC
  }

  async transcribe(audio: Float32Array, options: TranscribeOptions): Promise<SpeechResult> {
    const map = new TimeMap(await this.#timeline.speechIn(audio, options.positionSamples))
    if (map.leftSamples === 0) return { result: null, map }
    const { prompt, positionSamples: inWhole, committedSec } = options
    const inLeft = {
      ...options,
      ...progressThrough(map, options.onProgress),
      ...(committedSec === undefined ? {} : { committedSec: map.toLeft(committedSec) }),
    }
    if (inWhole === undefined) return { result: await this.#recognizer.transcribe(map.cut(audio), inLeft), map }
    const position = this.#timeline.speechBefore(inWhole)
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

  heardSec({ map }: SpeechResult): number {
    return map.leftSamples / SAMPLE_RATE
  }

  languageOf({ result, map }: SpeechResult): ResultLanguage | null {
    return languageInWhole(result?.language, map)
  }

  setTranslateTask(): void {
    this.#asr.setTranslateTask?.()
  }

  timings() {
    return this.#asr.timings?.() ?? []
  }

  async close(): Promise<void> {
    await this.#asr.close?.()
  }
}

function skippedSpeechSec({ result }: SpeechResult): number {
  return result?.skippedSpeechSec ?? 0
}

function languageInWhole(language: ResultLanguage | null | undefined, map: TimeMap): ResultLanguage | null {
  if (!language) return null
  return { ...language, endsSec: language.endsSec === null ? null : map.endInWhole(language.endsSec) }
}

function progressThrough(map: TimeMap, tell: TranscribeOptions['onProgress']): Pick<TranscribeOptions, 'onProgress'> {
  if (!tell) return {}
  return {
    onProgress: ({ untilSec, words }) =>
      tell({ untilSec: map.endInWhole(untilSec), words: words.map((word) => map.wordInWhole(word)) }),
  }
}

function isPrefixASR(asr: ASRBase): asr is PrefixASR {
  return typeof (asr as Partial<PrefixASR>).transcribeFrom === 'function'
}

function prefixThroughFilter(
  asr: PrefixASR,
  timeline: SpeechTimeline,
  seam: RecognizerOptions,
): PrefixASR['transcribeFrom'] {
  const recognizer = prefixRecognizerOf(asr, seam)
  return async (audio: Float32Array, options: PrefixOptions): Promise<PrefixResult> => {
    const map = new TimeMap(await timeline.speechIn(audio, options.positionSamples))
    const fromSec = map.toLeft(options.fromSec)
    if (Math.round(fromSec * SAMPLE_RATE) >= map.leftSamples)
      return { words: [], ended: 'silence', skippedSpeechSec: 0 }
    const { positionSamples: inWhole, untilSec } = options
    const result = await recognizer.transcribeFrom(map.cut(audio), {
      ...options,
      ...(inWhole === undefined ? {} : { positionSamples: timeline.speechBefore(inWhole) }),
      prefix: options.prefix.map((word) => map.wordInLeft(word)),
      fromSec,
      untilSec: untilSec === Number.POSITIVE_INFINITY ? untilSec : map.toLeft(untilSec),
    })
    const words: readonly PrefixWord[] = result.words.map((word) => map.wordInWhole(word))
    return { ...result, words, language: languageInWhole(result.language, map) }
  }
}
