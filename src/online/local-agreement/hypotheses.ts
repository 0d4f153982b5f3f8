import { SAMPLE_RATE } from '../../core/sample-rate.js'
import type { Log, ResultLanguage, TranscribeOptions, Word } from '../../core/types.js'
import { type GuardedWords, wordsBeforeEnd } from '../hallucination/hallucination-filter.js'
import { WordFilter } from '../hallucination/word-filter.js'
import type { UnheardVoice } from '../ledger/skipped-audio.js'
import type { Recognizer } from '../recognizer.js'
import { placedAt, segmentOf } from '../segment.js'
import type { CompatProfile, OnlineOptions } from './compat.js'

/** Less speech than this behind the last word is no word. */
const MIN_SPEECH_SEC = 0.8

/** Of longer audio it says little that somebody speaks in it. */
const MAX_HEARD_SEC = 30

/** What was recognized in a buffer, in seconds from its start, and why something of it is not believed. */
export interface Hypothesis extends GuardedWords<Word> {
  readonly segmentEnds: readonly number[]
  /** As of `Transcription`. */
  readonly heardSec: number
  /** As of `Transcription`. */
  readonly language: ResultLanguage | null
  /** As of `Transcription`. */
  readonly skippedSpeechSec: number
}

/** As above, and whether all of the buffer was heard, and nothing in it that may be speech is left without words. */
export interface JudgedHypothesis extends Hypothesis {
  readonly leavesNothing: boolean
}

/** A buffer to recognize. */
export interface BufferedAudio {
  readonly samples: Float32Array
  /** Start of the buffer in seconds of the stream. */
  readonly offsetSec: number
  /** As of `TranscribeOptions`. */
  readonly positionSamples: number | undefined
  readonly committedSec: number
  readonly maxBeamSize: number | undefined
  readonly prompt: string
}

/** How hypotheses are made. */
export interface HypothesesOptions {
  readonly profile: CompatProfile
  /** Joins words, as `ASRBase.sep`. */
  readonly separator: string
  readonly log?: Log | undefined
  readonly onProgress?: OnlineOptions['onProgress']
  readonly vadStream?: OnlineOptions['vadStream']
  readonly isTranslation?: OnlineOptions['isTranslation']
}

/** Recognizes buffers of one stream, and leaves out what the recognizer probably made up. */
export class Hypotheses {
  readonly #recognizer: Recognizer
  readonly #options: HypothesesOptions
  readonly #filter: WordFilter
  #skippedSpeechSec = 0
  #unheardVoice: UnheardVoice = { behindSec: 0, voiceSec: 0 }

  constructor(recognizer: Recognizer, options: HypothesesOptions) {
    this.#recognizer = recognizer
    this.#options = options
    this.#filter = new WordFilter(options.vadStream, options.isTranslation)
  }

  /** Whether the recognizer has left out speech behind its last text: at the end of the stream no other update hears it. */
  get leaveSpeech(): boolean {
    return this.#skippedSpeechSec >= MIN_SPEECH_SEC
  }

  /** A voice behind the last word. */
  get unheardVoice(): UnheardVoice {
    return this.#unheardVoice
  }

  /**
   * Recognizes a buffer. A doubtful hypothesis is recognized again without the prompt that may have led the recognizer
   * astray.
   * @throws as `Recognizer.transcribe`
   */
  async of(audio: BufferedAudio, signal: AbortSignal | undefined): Promise<JudgedHypothesis> {
    const hypothesis = await this.#believable(audio, signal)
    const voiceSec = await this.#voicedBehind(hypothesis, audio)
    this.#unheardVoice = { behindSec: audio.offsetSec + (hypothesis.words.at(-1)?.end ?? 0), voiceSec }
    this.#skippedSpeechSec = Math.max(hypothesis.skippedSpeechSec, voiceSec)
    const isBelieved = hypothesis.suspicion === null && hypothesis.leftOut.length === 0
    const isHeard = this.#options.profile.forgetsWordless && hypothesis.heardSec >= audio.samples.length / SAMPLE_RATE
    return { ...hypothesis, leavesNothing: isBelieved && isHeard && !this.leaveSpeech }
  }

  /** Speech in noise does not stand out of it by its loudness: a recognizer may not know that it has left it out. */
  async #voicedBehind({ words }: Hypothesis, { samples, positionSamples }: BufferedAudio): Promise<number> {
    if (!this.#options.profile.forgetsWordless) return 0
    return this.#filter.voicedSec(words.at(-1)?.end ?? 0, { audio: samples, positionSamples })
  }

  async #believable(audio: BufferedAudio, signal: AbortSignal | undefined): Promise<Hypothesis> {
    const first = await this.#transcribe(audio, audio.prompt, signal)
    if (first.suspicion === null) return first
    const again = audio.prompt === '' ? first : await this.#transcribe(audio, '', signal)
    const better = again.suspicion === null || again.words.length > first.words.length ? again : first
    if (better.suspicion !== null) {
      this.#options.log?.info(`text after ${audio.offsetSec.toFixed(1)} s is left out: ${better.suspicion}`)
    }
    return better
  }

  async #transcribe(audio: BufferedAudio, prompt: string, signal: AbortSignal | undefined): Promise<Hypothesis> {
    const { samples, prompt: saidBefore, positionSamples, committedSec, maxBeamSize, offsetSec } = audio
    const { trustsWords, filtersHallucinations } = this.#options.profile
    const isHeard = filtersHallucinations && !trustsWords && samples.length <= MAX_HEARD_SEC * SAMPLE_RATE
    const isSpeech = isHeard && (await this.#filter.speechSec(0, { audio: samples, positionSamples })) > 0
    const { words, ...about } = await this.#recognizer.transcribe(samples, {
      prompt,
      isSpeech,
      ...(signal ? { signal } : {}),
      ...this.#progressFrom(offsetSec),
      ...(positionSamples === undefined ? {} : { positionSamples, committedSec }),
      ...(maxBeamSize === undefined ? {} : { maxBeamSize }),
    })
    // Differs from reference: it prints whatever the recognizer says.
    if (trustsWords) return { words, ...about, leftOut: [], suspicion: null }
    if (filtersHallucinations) {
      const guarded = { audio: samples, prompt, saidBefore, positionSamples }
      return { ...about, ...(await this.#filter.filter(words, guarded)) }
    }
    return { ...about, ...wordsBeforeEnd(words, samples.length / SAMPLE_RATE) }
  }

  #progressFrom(offsetSec: number): Pick<TranscribeOptions, 'onProgress'> {
    const { onProgress: tell, separator } = this.#options
    if (!tell) return {}
    const found: Word[] = []
    return {
      onProgress: ({ untilSec, words }) => {
        found.push(...words.map((word) => placedAt(word, offsetSec)))
        tell({ recognizedSec: offsetSec + untilSec, unconfirmed: segmentOf([...found], separator) })
      },
    }
  }
}
