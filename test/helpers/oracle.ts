import type { ASRBase, TranscribeOptions, Word } from '../../src/core/types.js'

/** Sample rate (Hz). */
export const RATE = 16_000

/** A stretch of audio whose samples say where in the stream they are, so that a recognizer can tell what it hears. */
export function markedAudio(fromSample: number, toSample: number): Float32Array {
  return Float32Array.from({ length: Math.max(0, toSample - fromSample) }, (_, i) => fromSample + i)
}

/** What an oracle recognized; times in seconds from the start of the audio. */
export interface OracleResult {
  readonly words: readonly Word[]
  readonly segmentEnds: readonly number[]
}

/** How an oracle behaves. */
export interface OracleOptions {
  /** Where segments end: nowhere, at the end of all it heard, or after each word with a full stop. */
  readonly segments?: 'none' | 'one' | 'sentences'
  /** Spoils the last words of a hypothesis, which more audio would mend. */
  readonly spoil?: (words: readonly Word[], call: number) => readonly Word[]
}

/** A recognizer that knows what is said in marked audio. */
export class Oracle implements ASRBase<OracleResult> {
  readonly sep = ''
  readonly originalLanguage = 'en'
  readonly said: readonly Word[]
  /** Seconds of audio of each call. */
  readonly heard: number[] = []
  readonly #options: OracleOptions

  constructor(said: readonly Word[], options: OracleOptions = {}) {
    this.said = said
    this.#options = options
  }

  async transcribe(audio: Float32Array, { positionSamples }: TranscribeOptions): Promise<OracleResult> {
    this.heard.push(audio.length / RATE)
    const offset = (audio[0] ?? 0) / RATE
    if (positionSamples !== undefined && audio.length > 0 && positionSamples !== audio[0]) {
      throw new Error(`the audio begins at ${audio[0]}, not at ${positionSamples}`)
    }
    const end = audio.length / RATE
    const { segments = 'sentences', spoil } = this.#options
    const whole = this.said.flatMap((word) => {
      const [begin, wordEnd] = [word.begin - offset, word.end - offset]
      return begin >= -0.02 && wordEnd <= end ? [{ ...word, begin: Math.max(0, begin), end: wordEnd }] : []
    })
    const words = spoil ? spoil(whole, this.heard.length) : whole
    const sentences = words.filter(({ text }) => text.endsWith('.')).map((word) => word.end)
    const last = words.at(-1)?.end
    if (segments === 'none' || last === undefined) return { words, segmentEnds: [] }
    if (segments === 'one') return { words, segmentEnds: [last] }
    return { words, segmentEnds: sentences.at(-1) === last ? sentences : [...sentences, last] }
  }

  tsWords({ words }: OracleResult): readonly Word[] {
    return words
  }

  segmentsEndTs({ segmentEnds }: OracleResult): readonly number[] {
    return segmentEnds
  }
  setTranslateTask(): void {}
}

/** Two words a second, each different, with a full stop after every tenth. */
export function lecture(count: number): readonly Word[] {
  return Array.from({ length: count }, (_, i) => ({
    begin: i * 0.5 + 0.05,
    end: i * 0.5 + 0.45,
    text: ` w${i}${i % 10 === 9 ? '.' : ''}`,
  }))
}
