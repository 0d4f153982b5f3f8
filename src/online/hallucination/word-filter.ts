import type { VoiceDetector, Word } from '../../core/types.js'
import { type GuardedAudio, type GuardedWords, guardWords } from './hallucination-filter.js'
import { VoiceEvidence } from './voice-evidence.js'

/** Some audio of a stream, and what goes with it. */
export interface FilteredAudio extends GuardedAudio {
  /** Position of the audio in the stream, in samples; undefined: not known. */
  readonly positionSamples: number | undefined
}

/** Leaves out of the hypotheses of one stream what the recogniser probably made up. */
export class WordFilter {
  readonly #voices: VoiceEvidence | null

  /** @param detector of voices, for this stream alone; absent: words are judged without */
  constructor(detector?: VoiceDetector) {
    this.#voices = detector ? new VoiceEvidence(detector) : null
  }

  /** @param words seconds from the begin of the audio */
  async filter<Heard extends Word>(words: readonly Heard[], audio: FilteredAudio): Promise<GuardedWords<Heard>> {
    const guarded = guardWords(await this.#placed(words, audio), audio)
    if (!this.#voices || guarded.words.length === 0) return guarded
    const unvoiced = await this.#voices.unvoiced(guarded.words, audio.audio, audio.positionSamples)
    if (unvoiced.size === 0) return guarded
    return {
      words: guarded.words.filter((_, at) => !unvoiced.has(at)),
      leftOut: [...guarded.leftOut, ...guarded.words.filter((_, at) => unvoiced.has(at))],
      suspicion: 'no voice',
    }
  }

  async #placed<Heard extends Word>(words: readonly Heard[], audio: FilteredAudio): Promise<readonly Heard[]> {
    const { goesOn = false, positionSamples } = audio
    if (!this.#voices || goesOn || positionSamples === undefined) return words
    return this.#voices.placed(words, audio.audio, positionSamples)
  }
}
