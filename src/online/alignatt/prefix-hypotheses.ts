import type { PrefixResult, PrefixWord } from '../../core/prefix-asr.js'
import { SAMPLE_RATE } from '../../core/sample-rate.js'
import type { Log } from '../../core/types.js'
import { type GuardedWords, wordsBeforeEnd } from '../hallucination/hallucination-filter.js'
import { WordFilter } from '../hallucination/word-filter.js'
import type { PrefixRecognizer } from '../recognizer.js'
import { placedAt } from '../segment.js'
import { type AlignAttOptions, FIRST_WORDS_FACTOR } from './alignatt-options.js'

/** A buffer to go on in behind its final words. */
export interface PrefixedAudio {
  /** Mono, 16 kHz. */
  readonly samples: Float32Array
  /** Start of the buffer in seconds of the stream. */
  readonly offsetSec: number
  /** As of `TranscribeOptions`. */
  readonly positionSamples: number
  /** The final words of the buffer, in seconds of the stream. */
  readonly words: readonly PrefixWord[]
  /** Where the last final word ends, in seconds of the stream. */
  readonly committedSec: number
  /** Text that was said before the buffer. */
  readonly context: string
  /** What was said last, whether it is context or not. */
  readonly saidBefore: string
  /** How far from the end of the audio text is final, in seconds. */
  readonly distanceSec: number
}

/** What follows the final words, in seconds from the start of the buffer, and what of it is not believed. */
export interface JudgedPrefixResult extends PrefixResult, Pick<GuardedWords<PrefixWord>, 'leftOut' | 'suspicion'> {
  /** How long somebody surely speaks in a buffer in which nothing is recognized, in seconds. */
  readonly unheardVoiceSec: number
}

/** Recognizes what follows the final words of one stream, and leaves out what the recognizer probably made up. */
export class PrefixHypotheses {
  readonly #recognizer: PrefixRecognizer
  readonly #filter: WordFilter | null
  readonly #staticPrompt: string
  readonly #initPrompt: string
  readonly #log: Log | undefined

  /** @param filters whether words are left out that were made up */
  constructor(recognizer: PrefixRecognizer, options: AlignAttOptions, filters: boolean) {
    this.#recognizer = recognizer
    this.#filter = filters ? new WordFilter(options.vadStream) : null
    this.#staticPrompt = options.staticInitPrompt ?? ''
    this.#initPrompt = options.initPrompt ?? ''
    this.#log = options.log
  }

  /** @throws as `Recognizer.transcribe` */
  async following(heard: PrefixedAudio, signal: AbortSignal | undefined): Promise<JudgedPrefixResult> {
    const { samples: audio, offsetSec, positionSamples, words: final, context, distanceSec } = heard
    const audioSec = audio.length / SAMPLE_RATE
    const leastSec = distanceSec * (final.length === 0 ? FIRST_WORDS_FACTOR : 1)
    const fromSec = Math.max(0, heard.committedSec - offsetSec)
    // What the recognizer thinks of the audio it says at the begin of its text only.
    const asks = final.length === 0 ? this.#filter : null
    const speechSec = (await asks?.speechSec(fromSec, { audio, positionSamples })) ?? 0
    const result = await this.#recognizer.transcribeFrom(audio, {
      prompt: `${this.#staticPrompt}${context}`,
      prefix: final,
      fromSec,
      untilSec: leastSec === 0 ? Number.POSITIVE_INFINITY : audioSec - leastSec,
      positionSamples,
      isSpeech: speechSec > 0,
      ...(signal ? { signal } : {}),
    })
    const { words, leftOut, suspicion } = this.#filter
      ? await this.#filter.filter(result.words, {
          audio,
          prompt: `${this.#staticPrompt} ${this.#initPrompt}`,
          saidBefore: heard.saidBefore,
          committed: final.map((word) => placedAt(word, -offsetSec)),
          goesOn: final.length > 0,
          positionSamples,
        })
      : wordsBeforeEnd(result.words, audioSec)
    const judged = { ...result, words, leftOut, suspicion, unheardVoiceSec: 0 }
    if (suspicion !== null) {
      this.#log?.info(`text after ${heard.committedSec.toFixed(1)} s is left out: ${suspicion}`)
      return { ...judged, ended: 'stuck', mayLackWords: suspicion === 'loop' }
    }
    if (speechSec === 0 || result.ended !== 'silence') return judged
    return { ...judged, ended: 'stuck', skippedSpeechSec: speechSec, unheardVoiceSec: speechSec }
  }
}
