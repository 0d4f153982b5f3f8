import type { VadStream, Word } from '../../core/types.js'
import { type GuardedAudio, type GuardedWords, guardWords } from './hallucination-filter.js'
import { VoiceEvidence } from './voice-evidence.js'

/** Some audio of a stream, and what goes with it. */
export interface FilteredAudio extends GuardedAudio {
  /** Position of the audio in the stream, in samples; undefined: not known. */
  readonly positionSamples: number | undefined
}

/** Where a voice is heard for so long there is speech: of music, rain, whales, hum and machines a detector makes 0.1 s at most. */
const MIN_SPEECH_SEC = 1.5

/** Leaves out of the hypotheses of one stream what the recognizer probably made up. */
export class WordFilter {
  readonly #evidence: VoiceEvidence | null
  readonly #isTranslation: boolean

  /**
   * @param detector of speech, for this stream alone; absent: words are judged without
   * @param isTranslation whether the words are a translation; they are then judged without it as well
   */
  constructor(detector?: VadStream, isTranslation = false) {
    this.#evidence = detector && !isTranslation ? new VoiceEvidence(detector) : null
    this.#isTranslation = isTranslation
  }

  /** @param words seconds from the start of the audio */
  async filter<Said extends Word>(words: readonly Said[], audio: FilteredAudio): Promise<GuardedWords<Said>> {
    const guarded = guardWords(await this.#placed(words, audio), { ...audio, isTranslation: this.#isTranslation })
    if (!this.#evidence || guarded.words.length === 0) return guarded
    const unvoiced = await this.#evidence.unvoiced(guarded.words, audio.audio, audio.positionSamples)
    if (unvoiced.size === 0) return guarded
    return {
      words: guarded.words.filter((_, at) => !unvoiced.has(at)),
      leftOut: [...guarded.leftOut, ...guarded.words.filter((_, at) => unvoiced.has(at))],
      suspicion: 'no voice',
    }
  }

  /** How long a voice is heard behind a time, both in seconds; 0 without a detector. */
  async voicedSec(behindSec: number, { audio, positionSamples }: Pick<FilteredAudio, 'audio' | 'positionSamples'>) {
    if (!this.#evidence || positionSamples === undefined) return 0
    return this.#evidence.voicedSec(behindSec, audio, positionSamples)
  }

  /** As `voicedSec` where that is speech for sure; else 0. */
  async speechSec(behindSec: number, audio: Pick<FilteredAudio, 'audio' | 'positionSamples'>): Promise<number> {
    const voicedSec = await this.voicedSec(behindSec, audio)
    return voicedSec >= MIN_SPEECH_SEC ? voicedSec : 0
  }

  async #placed<Said extends Word>(words: readonly Said[], audio: FilteredAudio): Promise<readonly Said[]> {
    const { goesOn = false, positionSamples } = audio
    if (!this.#evidence || goesOn || positionSamples === undefined) return words
    return this.#evidence.placed(words, audio.audio, positionSamples)
  }
}
